#include "app/cli/BeatCommands.h"

#include "app/cli/TaskText.h"
#include "app/cli/Text.h"
#include "core/beat/CronExpression.h"

namespace app::cli {

using core::base::Error;
using core::base::ErrorCode;
using core::base::Json;

namespace {

std::string pathOf(const std::string& name, const char* verb = "") {
    return "/api/v1/schedules/" + core::api::percentEncode(name) + verb;
}

std::string whenText(const Json& entry) {
    if (entry["cron"].is_string())
        return cell(entry, "cron") + " " + cell(entry, "zone");
    return "every " + duration(double(entry.value("every_seconds", int64_t(0))));
}

void printEntry(std::ostream& out, const Json& entry) {
    out << "Schedule " << cell(entry, "name") << " (" << whenText(entry) << ") is "
        << (entry["enabled"] == true ? "enabled" : "disabled") << "; next firing " << cell(entry, "next_fire_at")
        << ".\n";
}

Outcome showAnswer(Session& session, core::base::Result<Json> answer) {
    if (!answer)
        return answer.error();
    session.show(*answer, printEntry);
    return ExitStatus::Done;
}

} // namespace

Outcome listSchedules(Session& session) {
    const auto schedules = session.get("/api/v1/schedules");
    if (!schedules)
        return schedules.error();
    session.show(*schedules, [&](std::ostream& out, const Json& document) {
        Table table({{"NAME"}, {"WHEN"}, {"TYPE"}, {"NEXT"}, {"LAST"}, {"RESULT"}, {"STATE"}});
        for (const Json& entry : document["schedules"])
            table.add({cell(entry, "name"), whenText(entry), cell(entry, "type"),
                       age(entry["next_fire_at"], session.now()), age(entry["last_fire_at"], session.now()),
                       cell(entry, "last_state"), entry["enabled"] == true ? "enabled" : "disabled"});
        table.print(out);
    });
    return ExitStatus::Done;
}

Outcome runScheduleNow(Session& session, const std::string& name) {
    const auto task = session.post(pathOf(name, "/run-now"));
    if (!task)
        return task.error();
    session.show(*task, printTaskLine);
    return ExitStatus::Done;
}

Outcome enableSchedule(Session& session, const std::string& name) {
    return showAnswer(session, session.post(pathOf(name, "/enable")));
}

Outcome disableSchedule(Session& session, const std::string& name) {
    return showAnswer(session, session.post(pathOf(name, "/disable")));
}

Outcome addSchedule(Session& session, const BeatAdd& entry) {
    Json body{{"name", entry.name}, {"type", entry.type}};
    if (!entry.cron.empty())
        body["cron"] = entry.cron;
    if (entry.everySeconds)
        body["every_seconds"] = *entry.everySeconds;
    if (!entry.zone.empty())
        body["zone"] = entry.zone;
    if (!entry.params.empty()) {
        auto params = parseJsonOption("--params", entry.params);
        if (!params)
            return params.error();
        body["params"] = std::move(*params);
    }
    return showAnswer(session, session.post("/api/v1/schedules", std::move(body)));
}

Outcome removeSchedule(Session& session, const std::string& name) {
    const auto answer = session.remove(pathOf(name));
    if (!answer)
        return answer.error();
    session.show(*answer, [](std::ostream& out, const Json& document) {
        out << "Schedule " << cell(document, "name") << " was removed.\n";
    });
    return ExitStatus::Done;
}

Outcome printNextFirings(Session& session, const BeatNext& what) {
    const auto expression = core::beat::CronExpression::parse(what.expression);
    if (!expression)
        return expression.error();
    const auto zone = core::base::Zone::find(what.zone);
    if (!zone)
        return Error{ErrorCode::InvalidParams, zone.error().message, zone.error().remedy, {}};
    core::base::Instant at = session.now();
    if (!what.from.empty()) {
        const auto from = core::base::parseInstant(what.from);
        if (!from)
            return from.error();
        at = *from;
    }
    Json firings = Json::array();
    for (int i = 0; i < what.count; ++i) {
        const auto next = expression->next(at, *zone);
        if (!next)
            return Error{ErrorCode::InvalidParams, "'" + expression->text() + "' never fires after that",
                         "Check the day and month of the expression", {}};
        at = *next;
        firings.push_back(zone->format(at));
    }
    Json document = Json::object();
    document["expression"] = expression->text();
    document["description"] = expression->describe();
    document["zone"] = zone->name();
    document["firings"] = std::move(firings);
    session.show(document, [](std::ostream& out, const Json& answer) {
        for (const Json& firing : answer["firings"])
            out << firing.get<std::string>() << '\n';
    });
    return ExitStatus::Done;
}

} // namespace app::cli
