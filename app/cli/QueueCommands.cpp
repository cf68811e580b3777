#include "app/cli/QueueCommands.h"

#include "app/cli/Text.h"

namespace app::cli {

using core::base::Error;
using core::base::ErrorCode;
using core::base::Json;

namespace {

std::string pathOf(const std::string& queue, const char* verb = "") {
    return "/api/v1/queues/" + core::api::percentEncode(queue) + verb;
}

int64_t waitingIn(const Json& queue) {
    int64_t waiting = 0;
    for (const char* state : {"scheduled", "pending", "retry"})
        waiting += queue["depth"].value(state, int64_t(0));
    return waiting;
}

void printQueues(std::ostream& out, const Json& document) {
    Table table({{"QUEUE"}, {"SLOTS", Align::Right}, {"RUNNING", Align::Right}, {"PENDING", Align::Right},
                 {"SCHEDULED", Align::Right}, {"RETRY", Align::Right}, {"OLDEST", Align::Right}, {"STATE"}});
    for (const Json& queue : document["queues"]) {
        const Json& depth = queue["depth"];
        const Json& oldest = queue["oldest_waiting_seconds"];
        table.add({cell(queue, "name"), cell(queue, "slots"), cell(depth, "started"), cell(depth, "pending"),
                   cell(depth, "scheduled"), cell(depth, "retry"),
                   oldest.is_number() ? duration(oldest.get<double>()) : "-",
                   queue["paused"] == true ? "paused" : "open"});
    }
    table.print(out);
}

void printPaused(std::ostream& out, const Json& queue) {
    out << "Queue " << cell(queue, "name") << (queue["paused"] == true ? " is paused; " : " is open; ")
        << waitingIn(queue) << " tasks wait in it.\n";
}

void printHealth(std::ostream& out, const Json& health) {
    out << "Status: " << cell(health, "status") << "\n\n";
    Table checks({{"CHECK"}, {"STATUS"}, {"DETAIL"}});
    for (const Json& check : health["checks"])
        checks.add({cell(check, "name"), cell(check, "status"), cell(check, "detail")});
    checks.print(out);
    const Json& tasks = health["tasks"];
    const Json& workers = health["workers"];
    const Json programme = health.value("programme", Json::object());
    const auto figure = [&](const char* name) { return cell(programme.value(name, Json::object()), "value"); };
    const std::string status = cell(programme, "status");
    const std::string judged = status == "-" ? "there, no health check yet" : status;
    out << '\n';
    printSheet(out, {{"tasks", std::to_string(tasks["active"].size()) + " running, " + cell(tasks, "pending") +
                                   " pending, " + cell(tasks, "scheduled") + " scheduled, " + cell(tasks, "retry") +
                                   " to be retried"},
                     {"workers", cell(workers, "count") + " of " + cell(workers, "concurrency")},
                     {"programme", programme.value("programme_present", false) ? judged : "none yet"},
                     {"utilization", figure("utilization")},
                     {"coverage", figure("coverage")},
                     {"defense level", cell(programme, "defense_level_name")},
                     {"data directory", cell(health, "data_directory")}});
}

Error nothingPurged(const Json& queue) {
    return {ErrorCode::InvalidParams,
            std::to_string(waitingIn(queue)) + " tasks wait in queue " + cell(queue, "name") + "; nothing was purged",
            "Add --yes to revoke them all", {}};
}

} // namespace

Outcome listQueues(Session& session) {
    const auto queues = session.get("/api/v1/queues");
    if (!queues)
        return queues.error();
    session.show(*queues, printQueues);
    return ExitStatus::Done;
}

Outcome pauseQueue(Session& session, const std::string& queue) {
    const auto answer = session.post(pathOf(queue, "/pause"));
    if (!answer)
        return answer.error();
    session.show(*answer, printPaused);
    return ExitStatus::Done;
}

Outcome resumeQueue(Session& session, const std::string& queue) {
    const auto answer = session.post(pathOf(queue, "/resume"));
    if (!answer)
        return answer.error();
    session.show(*answer, printPaused);
    return ExitStatus::Done;
}

Outcome purgeQueue(Session& session, const std::string& queue, Confirmed confirmed) {
    if (confirmed == Confirmed::No) {
        const auto status = session.get(pathOf(queue));
        return status ? nothingPurged(*status) : status.error();
    }
    const auto answer = session.post(pathOf(queue, "/purge"));
    if (!answer)
        return answer.error();
    session.show(*answer, [](std::ostream& out, const Json& document) {
        out << cell(document, "revoked") << " tasks of queue " << cell(document, "queue") << " were revoked.\n";
    });
    return ExitStatus::Done;
}

Outcome showHealth(Session& session) {
    if (const auto connected = session.connect(Need::Runs); !connected)
        return connected.error();
    const auto health = session.get("/api/v1/health");
    if (!health)
        return health.error();
    session.show(*health, printHealth);
    return health->value("status", "") == "unhealthy" ? ExitStatus::Failed : ExitStatus::Done;
}

} // namespace app::cli
