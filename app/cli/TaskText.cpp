#include "app/cli/TaskText.h"

#include "app/cli/Text.h"

namespace app::cli {

using core::base::Json;

namespace {

void printBlock(std::ostream& out, const char* title, const Json& value) {
    if (value.is_null() || value.empty())
        return;
    out << '\n' << title << ":\n" << plain(core::base::prettyJson(value), Newlines::Kept) << '\n';
}

std::string parametersText(const Json& schema) {
    std::string text;
    const Json properties = schema.value("properties", Json::object());
    for (const auto& [name, parameter] : properties.items())
        text += (text.empty() ? "" : ", ") + plain(name) +
                (parameter.contains("default") ? "=" + cell(parameter["default"]) : "");
    return text.empty() ? "none" : text;
}

std::string runText(const Json& task) {
    const auto started = task.value("started_at", Json()), finished = task.value("finished_at", Json());
    if (!started.is_string() || !finished.is_string())
        return "-";
    const auto from = core::base::parseInstant(started.get<std::string>());
    const auto to = core::base::parseInstant(finished.get<std::string>());
    return from && to ? duration(double((*to - *from).count()) / 1000.0) : "-";
}

std::string progressText(const Json& task) {
    const std::string number = cell(task, "progress");
    const std::string text = cell(task, "progress_text");
    return number == "-" ? "-" : number + " %" + (text == "-" ? "" : " " + text);
}

std::string circuitText(const Json& status) {
    return cell(status, "breaker") + (status["held"].is_object() ? " (held by " + cell(status["held"], "by") + ")" : "");
}

} // namespace

void printTaskTypes(std::ostream& out, const Json& document) {
    Table table({{"TYPE"}, {"QUEUE"}, {"DURATION"}, {"PARAMETERS"}, {"DESCRIPTION"}});
    for (const Json& type : document["task_types"])
        table.add({cell(type, "type"), cell(type, "queue"), cell(type, "expected_duration"),
                   parametersText(type["parameters"]), cell(type, "description")});
    table.print(out);
}

void printTypeStatuses(std::ostream& out, const Json& document) {
    Table table({{"TYPE"}, {"CIRCUIT"}, {"FAILED IN A ROW", Align::Right}, {"RATE"}, {"RUNNING", Align::Right},
                 {"WAITS FOR"}});
    for (const Json& type : document["task_types"]) {
        const Json& status = type["status"];
        table.add({cell(status, "type"), circuitText(status), cell(status, "failures_in_a_row"), cell(status, "rate"),
                   cell(status, "running"), cell(status, "waits_for")});
    }
    table.print(out);
    const Json& budget = document["retry_budget"];
    out << "\nRetries that may become due now: " << cell(budget, "room")
        << (budget["room_at"].is_string() ? ", again at " + cell(budget, "room_at") : "") << '\n';
}

void printTypeStatus(std::ostream& out, const Json& status) {
    out << "The circuit of " << cell(status, "type") << " is " << circuitText(status) << ".\n";
}

void printTaskLine(std::ostream& out, const Json& task) {
    out << cell(task, "id") << "  " << cell(task, "type") << " is " << cell(task, "state") << " in queue "
        << cell(task, "queue");
    if (task["state"] == "scheduled" || task["state"] == "retry")
        out << " until " << cell(task, "scheduled_for");
    out << '\n';
}

void printTask(std::ostream& out, const Json& task) {
    std::vector<std::pair<std::string, std::string>> rows;
    for (const char* name : {"id", "type", "queue", "state", "reason"})
        rows.emplace_back(name, cell(task, name));
    rows.emplace_back("progress", progressText(task));
    rows.emplace_back("attempt", cell(task, "attempt") + " of " + cell(task, "max_attempts"));
    for (const char* name : {"priority", "triggered_by", "created_at", "scheduled_for", "started_at", "finished_at",
                             "expires_at", "worker", "parent_id", "retry_of", "idempotency_key"})
        rows.emplace_back(name, cell(task, name));
    rows.emplace_back("run time", runText(task));
    if (const Json error = task.value("error", Json()); error.is_object())
        rows.emplace_back("error", cell(error, "type") + ": " + cell(error, "message"));
    printSheet(out, rows);
    printBlock(out, "Parameters", task.value("params", Json()));
    printBlock(out, "Metadata", task.value("metadata", Json()));
    printBlock(out, "Result", task.value("result", Json()));
    const Json error = task.value("error", Json());
    if (error.is_object() && error.value("traceback", Json()).is_string())
        out << "\nTraceback:\n" << plain(error["traceback"].get<std::string>(), Newlines::Kept) << '\n';
    if (const Json history = task.value("history", Json()); history.is_array() && !history.empty()) {
        out << "\nHistory:\n";
        Table table({{"AT"}, {"FROM"}, {"TO"}, {"ATTEMPT", Align::Right}, {"NOTE"}});
        for (const Json& move : history)
            table.add({cell(move, "at"), cell(move, "from"), cell(move, "to"), cell(move, "attempt"),
                       cell(move, "note")});
        table.print(out);
    }
}

void printTasks(std::ostream& out, const Json& page, core::base::Instant now) {
    if (page["tasks"].empty()) {
        out << "No task matches.\n";
        return;
    }
    Table table({{"ID"}, {"TYPE"}, {"QUEUE"}, {"STATE"}, {"ATTEMPT"}, {"SUBMITTED"}, {"RUN", Align::Right}, {"BY"}});
    for (const Json& task : page["tasks"]) {
        const std::string reason = cell(task, "reason");
        table.add({cell(task, "id"), cell(task, "type"), cell(task, "queue"),
                   cell(task, "state") + (reason == "-" ? "" : " (" + reason + ")"),
                   cell(task, "attempt") + "/" + cell(task, "max_attempts"), age(task["created_at"], now),
                   runText(task), cell(task, "triggered_by")});
    }
    table.print(out);
    if (page["next_after"].is_string())
        out << "\nMore: --after " << cell(page["next_after"]) << '\n';
}

void printReport(std::ostream& out, const Json& report) {
    out << cell(report, "total") << " tasks from " << cell(report, "from") << " to " << cell(report, "to") << "\n\n";
    if (report["by_type"].empty())
        return;
    Table table({{"TYPE"}, {"TOTAL", Align::Right}, {"SUCCESS", Align::Right}, {"FAILURE", Align::Right},
                 {"REVOKED", Align::Right}, {"SUCCESS RATE", Align::Right}, {"MEAN", Align::Right},
                 {"P95", Align::Right}, {"MAX", Align::Right}});
    for (const Json& type : report["by_type"]) {
        const Json& run = type["run_seconds"];
        const auto seconds = [&](const char* name) {
            return run.is_object() ? duration(run[name].get<double>()) : std::string("-");
        };
        table.add({cell(type, "type"), cell(type, "total"), cell(type, "success"), cell(type, "failure"),
                   cell(type, "revoked"), percent(type["success_rate"]), seconds("mean"), seconds("p95"),
                   seconds("max")});
    }
    table.print(out);
}

} // namespace app::cli
