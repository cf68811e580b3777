#include "app/cli/ProgrammeCommands.h"

#include "app/cli/Text.h"

#include <filesystem>

namespace app::cli {

using core::base::Error;
using core::base::ErrorCode;
using core::base::Json;

namespace {

/// Every simple member of a document, a line each; ratios of the named members as percent.
void printMembers(std::ostream& out, const Json& document) {
    std::vector<std::pair<std::string, std::string>> rows;
    for (const auto& [name, value] : document.items()) {
        if (value.is_structured())
            continue;
        const bool ratio = name.starts_with("utilization") || name.starts_with("coverage");
        rows.emplace_back(plain(name), ratio && value.is_number_float() ? percent(value) : cell(value));
    }
    printSheet(out, rows);
}

void printImport(std::ostream& out, const Json& report) {
    out << (report.value("dry_run", false) ? "Would create " : "Created ") << cell(report, "created") << ", skipped "
        << cell(report, "skipped") << " that are there already.\n";
    if (!report.contains("errors") || report["errors"].empty())
        return;
    Table table({{"FILE"}, {"ROW", Align::Right}, {"FIELD"}, {"WHAT IS WRONG"}});
    for (const Json& error : report["errors"])
        table.add({cell(error, "file"), cell(error, "row"), cell(error, "field"), cell(error, "message")});
    table.print(out);
}

void printPreview(std::ostream& out, const Json& preview) {
    printMembers(out, preview);
    const Json activities = preview.value("suspended_activities", Json::array());
    if (activities.empty())
        return;
    out << "\nWould be suspended:\n";
    Table table({{"ACTIVITY"}, {"CATEGORY"}, {"HALF-DAYS A WEEK", Align::Right}});
    for (const Json& activity : activities)
        table.add({cell(activity, "name"), cell(activity, "category_name"), cell(activity, "half_days_per_week")});
    table.print(out);
}

void printCrisis(std::ostream& out, const Json& status) {
    if (!status.value("crisis_mode", false))
        out << "No crisis is active.\n";
    printMembers(out, status);
    for (const Json& activity : status.value("suspended_activities", Json::array()))
        out << "  suspended: " << cell(activity) << '\n';
}

Outcome submitAndFollow(Session& session, const char* path, Json body) {
    if (const auto connected = session.connect(Need::Runs); !connected)
        return connected.error();
    const auto task = session.post(path, std::move(body));
    if (!task)
        return task.error();
    return followTask(session, task->value("id", ""), {});
}

Json bodyOf(const CrisisChoice& choice) {
    Json body = Json::object();
    if (!choice.reason.empty())
        body["reason"] = choice.reason;
    if (!choice.approvedBy.empty())
        body["approved_by"] = choice.approvedBy;
    return body;
}

} // namespace

Outcome createSample(Session& session, const SampleChoice& choice) {
    Json body = Json::object();
    if (choice.seed)
        body["seed"] = *choice.seed;
    if (!choice.start.empty())
        body["start"] = choice.start;
    if (choice.residents)
        body["residents"] = *choice.residents;
    if (choice.faculty)
        body["faculty"] = *choice.faculty;
    const auto stats = session.post("/api/v1/programme/create-sample", std::move(body));
    if (!stats)
        return stats.error();
    session.show(*stats, printMembers);
    return ExitStatus::Done;
}

Outcome importProgramme(Session& session, const ImportChoice& choice) {
    std::error_code failed;
    const std::filesystem::path path = std::filesystem::absolute(choice.path, failed).lexically_normal();
    if (failed || !std::filesystem::exists(path, failed))
        return Error{ErrorCode::NotFound, "there is no file or folder " + choice.path, "Check the path", {}};
    const auto report = session.post("/api/v1/programme/import", Json{{"path", path.string()}, {"dry_run", choice.dryRun}});
    if (!report)
        return report.error();
    session.show(*report, printImport);
    const Json errors = report->value("errors", Json::array());
    if (errors.empty())
        return ExitStatus::Done;
    session.remark(std::to_string(errors.size()) + " rows are wrong; nothing would be imported");
    return ExitStatus::Usage;
}

Outcome showProgramme(Session& session) {
    const auto stats = session.get("/api/v1/programme");
    if (!stats)
        return stats.error();
    session.show(*stats, printMembers);
    return ExitStatus::Done;
}

Outcome activateCrisis(Session& session, const CrisisChoice& choice) {
    if (choice.preview) {
        const auto preview = session.get("/api/v1/crisis/preview", {{"severity", choice.severity}});
        if (!preview)
            return preview.error();
        session.show(*preview, printPreview);
        return ExitStatus::Done;
    }
    Json body = bodyOf(choice);
    if (!choice.severity.empty())
        body["severity"] = choice.severity;
    return submitAndFollow(session, "/api/v1/crisis/activate", std::move(body));
}

Outcome deactivateCrisis(Session& session, const CrisisChoice& choice) {
    return submitAndFollow(session, "/api/v1/crisis/deactivate", bodyOf(choice));
}

Outcome showCrisis(Session& session) {
    const auto status = session.get("/api/v1/crisis");
    if (!status)
        return status.error();
    session.show(*status, printCrisis);
    return ExitStatus::Done;
}

} // namespace app::cli
