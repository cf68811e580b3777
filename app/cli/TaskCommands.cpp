#include "app/cli/TaskCommands.h"

#include "app/cli/TaskText.h"
#include "app/cli/Text.h"

#include <charconv>

namespace app::cli {

using core::api::percentEncode;
using core::base::Error;
using core::base::ErrorCode;
using core::base::Json;
using core::base::milliseconds;
using core::base::Result;

namespace {

std::string pathOf(const std::string& id, const char* verb = "") {
    return "/api/v1/tasks/" + percentEncode(id) + verb;
}

/// nullopt: without end.
Result<std::optional<milliseconds>> limitOf(const Wait& wait) {
    if (wait.seconds.empty())
        return std::optional<milliseconds>();
    double seconds = 0;
    const char* end = wait.seconds.data() + wait.seconds.size();
    const auto read = std::from_chars(wait.seconds.data(), end, seconds);
    if (read.ec != std::errc() || read.ptr != end || !(seconds >= 0 && seconds <= 1e7))
        return Error{ErrorCode::InvalidParams, "--wait: '" + wait.seconds + "' is not a number of seconds",
                     "For example --wait 120, or --wait alone to wait for the end", {}};
    return std::optional(milliseconds(int64_t(seconds * 1000)));
}

Result<Json> bodyOf(const TaskStart& what) {
    Json body{{"type", what.type}};
    for (const auto& [option, name, text] : {std::tuple("--params", "params", &what.params),
                                             std::tuple("--metadata", "metadata", &what.metadata)}) {
        if (text->empty())
            continue;
        auto json = parseJsonOption(option, *text);
        if (!json)
            return json.error();
        body[name] = std::move(*json);
    }
    if (what.priority)
        body["priority"] = *what.priority;
    if (what.maxRetries)
        body["max_retries"] = *what.maxRetries;
    if (what.countdown)
        body["countdown"] = *what.countdown;
    if (what.expires)
        body["expires"] = *what.expires;
    if (what.timeout)
        body["timeout"] = *what.timeout;
    if (!what.eta.empty())
        body["eta"] = what.eta;
    if (!what.idempotencyKey.empty())
        body["idempotency_key"] = what.idempotencyKey;
    if (!what.tags.empty())
        body["tags"] = what.tags;
    return body;
}

/// A failed task of the programme on an empty data directory is explained by what is missing.
void hintAtMissingProgramme(Session& session) {
    const auto pulse = session.get("/api/v1/programme/pulse");
    if (pulse && pulse->is_object() && !pulse->value("programme_present", true))
        session.remark("there is no programme in this data directory yet; create the sample with `beatwarden programme "
                       "create-sample`, or read yours with `beatwarden programme import`");
}

ExitStatus judge(Session& session, const Json& task) {
    const std::string state = task.value("state", ""), id = task.value("id", "");
    if (state == "success")
        return ExitStatus::Done;
    if (state == "failure") {
        const Json error = task.value("error", Json());
        session.remark("task " + id + " failed: " + cell(error, "message"));
        hintAtMissingProgramme(session);
        return cell(error, "type") == "conflict" ? ExitStatus::Conflict : ExitStatus::Failed;
    }
    if (state == "revoked")
        session.remark("task " + id + " was cancelled");
    else
        session.remark("task " + id + " has not ended yet: it is " + state + "; look again with `beatwarden task show " +
                       id + "`");
    return ExitStatus::Failed;
}

/// Runs one verb for every id: one document a line, the first error is the status.
template <class F>
Outcome forEach(Session& session, const std::vector<std::string>& ids, F&& act) {
    ExitStatus status = ExitStatus::Done;
    for (const std::string& id : ids) {
        const Outcome outcome = act(id);
        const ExitStatus one = outcome ? *outcome : session.fail(outcome.error());
        if (status == ExitStatus::Done)
            status = one;
    }
    return status;
}

Members selection(const TaskList& which) {
    return {{"state", which.state},   {"queue", which.queue}, {"type", which.type},
            {"search", which.search}, {"from", which.from},   {"to", which.to}};
}

} // namespace

Result<Json> parseJsonOption(const char* option, const std::string& text) {
    auto json = core::base::parseJson(text);
    if (!json)
        return Error{ErrorCode::InvalidParams, std::string(option) + ": " + json.error().message,
                     "Write a JSON object, for example '{\"days_ahead\":90}'", {}};
    if (!json->is_object())
        return Error{ErrorCode::InvalidParams, std::string(option) + " is not a JSON object",
                     "For example '{\"days_ahead\":90}'", {}};
    return json;
}

Outcome followTask(Session& session, const std::string& id, const Wait& wait) {
    const auto limit = limitOf(wait);
    if (!limit)
        return limit.error();
    const auto task = session.await(id, *limit);
    if (!task)
        return task.error();
    session.show(*task, printTask);
    return judge(session, *task);
}

Outcome showTaskTypes(Session& session) {
    const auto types = session.get("/api/v1/task-types");
    if (!types)
        return types.error();
    session.show(*types, printTaskTypes);
    return ExitStatus::Done;
}

Outcome showTypeStatuses(Session& session) {
    const auto types = session.get("/api/v1/task-types", {{"status", "true"}});
    if (!types)
        return types.error();
    session.show(*types, printTypeStatuses);
    return ExitStatus::Done;
}

Outcome setBreaker(Session& session, const std::string& type, const std::string& action, const std::string& reason) {
    const auto status = session.post("/api/v1/task-types/" + percentEncode(type) + "/breaker",
                                     {{"action", action}, {"reason", reason}});
    if (!status)
        return status.error();
    session.show(*status, printTypeStatus);
    return ExitStatus::Done;
}

Outcome startTask(Session& session, const TaskStart& what) {
    const auto body = bodyOf(what);
    if (!body)
        return body.error();
    if (const auto limit = limitOf(what.wait); !limit)
        return limit.error();
    if (const auto connected = session.connect(what.wait.wanted ? Need::Runs : Need::Answers); !connected)
        return connected.error();
    const auto task = session.post("/api/v1/tasks", *body);
    if (!task)
        return task.error();
    if (what.wait.wanted)
        return followTask(session, task->value("id", ""), what.wait);
    session.show(*task, printTaskLine);
    return ExitStatus::Done;
}

Outcome listTasks(Session& session, const TaskList& which) {
    Members query = selection(which);
    query.emplace_back("after", which.after);
    query.emplace_back("limit", std::to_string(which.limit));
    const auto page = session.get("/api/v1/tasks", std::move(query));
    if (!page)
        return page.error();
    session.show(*page, [&](std::ostream& out, const Json& document) { printTasks(out, document, session.now()); });
    return ExitStatus::Done;
}

Outcome reportHistory(Session& session, const TaskList& which) {
    const auto report = session.get("/api/v1/tasks/report", selection(which));
    if (!report)
        return report.error();
    session.show(*report, printReport);
    return ExitStatus::Done;
}

Outcome showTask(Session& session, const std::string& id) {
    const auto task = session.get(pathOf(id), {{"detail", "true"}});
    if (!task)
        return task.error();
    session.show(*task, printTask);
    return ExitStatus::Done;
}

Outcome showResult(Session& session, const std::string& id, const Wait& wait) {
    const auto limit = limitOf(wait);
    if (!limit)
        return limit.error();
    if (wait.wanted) {
        if (const auto connected = session.connect(Need::Runs); !connected)
            return connected.error();
        if (const auto task = session.await(id, *limit); !task)
            return task.error();
    }
    const auto result = session.get(pathOf(id, "/result"));
    if (!result)
        return result.error();
    session.show(*result, [](std::ostream& out, const Json& document) {
        out << plain(core::base::prettyJson(document["state"] == "success" ? document["result"] : document["error"]),
                     Newlines::Kept)
            << '\n';
    });
    return judge(session, *result);
}

Outcome showLog(Session& session, const std::string& id) {
    const auto log = session.get(pathOf(id, "/log"));
    if (!log)
        return log.error();
    session.show(*log, [](std::ostream& out, const Json& document) {
        for (const Json& line : document["lines"])
            out << cell(line, "at") << "  #" << cell(line, "attempt") << "  " << cell(line, "level") << "  "
                << cell(line, "text") << '\n';
        if (document["lines"].empty())
            out << "The task wrote no log lines.\n";
    });
    return ExitStatus::Done;
}

namespace {

void printTree(std::ostream& out, const Json& document) {
    for (const Json& task : document["tasks"])
        printTaskLine(out, task);
}

} // namespace

Outcome showTree(Session& session, const std::string& id) {
    const auto tree = session.get(pathOf(id, "/tree"));
    if (!tree)
        return tree.error();
    session.show(*tree, printTree);
    return ExitStatus::Done;
}

Outcome cancelTasks(Session& session, const TaskCancel& which) {
    if (which.ids.empty() == which.filter.empty())
        return Error{ErrorCode::InvalidParams, "say which tasks: either ids or --filter",
                     "For example `beatwarden task cancel --filter 'state:pending queue:exports' --yes`", {}};
    if (which.filter.empty() && which.tree)
        return forEach(session, which.ids, [&](const std::string& id) -> Outcome {
            const auto answer = session.post(pathOf(id, "/cancel-tree"));
            if (!answer)
                return answer.error();
            session.show(*answer, [](std::ostream& out, const Json& document) {
                out << "Cancelled " << cell(document, "cancelled") << " tasks.\n";
            });
            return ExitStatus::Done;
        });
    if (which.filter.empty())
        return forEach(session, which.ids, [&](const std::string& id) -> Outcome {
            const auto task = session.post(pathOf(id, "/cancel"));
            if (!task)
                return task.error();
            session.show(*task, printTaskLine);
            return ExitStatus::Done;
        });
    const auto answer =
        session.post("/api/v1/tasks/bulk-cancel", Json{{"filter", which.filter}, {"dry_run", !which.confirmed}});
    if (!answer)
        return answer.error();
    if (!which.confirmed)
        return Error{ErrorCode::InvalidParams,
                     "the filter matches " + cell(*answer, "matched") + " unfinished tasks; nothing was cancelled",
                     "Add --yes to cancel them", {}};
    session.show(*answer, [](std::ostream& out, const Json& document) {
        out << "Cancelled " << document["cancelled"].size() << " of " << cell(document, "matched") << " tasks.\n";
        for (const Json& refused : document["refused"])
            out << "  " << cell(refused, "id") << ": " << cell(refused, "message") << '\n';
    });
    return ExitStatus::Done;
}

Outcome retryTasks(Session& session, const TaskRetry& which) {
    Json body = Json::object();
    if (!which.params.empty()) {
        auto params = parseJsonOption("--params", which.params);
        if (!params)
            return params.error();
        body["params"] = std::move(*params);
    }
    if (const auto limit = limitOf(which.wait); !limit)
        return limit.error();
    if (const auto connected = session.connect(which.wait.wanted ? Need::Runs : Need::Answers); !connected)
        return connected.error();
    if (which.tree) {
        if (!which.params.empty() || which.wait.wanted)
            return Error{ErrorCode::InvalidParams, "--tree goes neither with --params nor with --wait",
                         "Retry the tree, then wait for its tasks", {}};
        return forEach(session, which.ids, [&](const std::string& id) -> Outcome {
            const auto tree = session.post(pathOf(id, "/retry-tree"));
            if (!tree)
                return tree.error();
            session.show(*tree, printTree);
            return ExitStatus::Done;
        });
    }
    return forEach(session, which.ids, [&](const std::string& id) -> Outcome {
        const auto task = session.post(pathOf(id, "/retry"), body);
        if (!task)
            return task.error();
        if (which.wait.wanted)
            return followTask(session, task->value("id", ""), which.wait);
        session.show(*task, printTaskLine);
        return ExitStatus::Done;
    });
}

Outcome rescheduleTask(Session& session, const std::string& id, const std::string& eta) {
    const auto task = session.post(pathOf(id, "/reschedule"), Json{{"eta", eta}});
    if (!task)
        return task.error();
    session.show(*task, printTaskLine);
    return ExitStatus::Done;
}

} // namespace app::cli
