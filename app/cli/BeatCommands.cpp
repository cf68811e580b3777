#include "app/cli/BeatCommands.h"

#include "app/cli/TaskText.h"
#include "app/cli/Text.h"
#include "core/beat/CronExpression.h"

#include <algorithm>
#include <map>

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
    if (entry["once_at"].is_string())
        return "once at " + cell(entry, "once_at");
    return "every " + duration(double(entry.value("every_seconds", int64_t(0))));
}

void printEntry(std::ostream& out, const Json& entry) {
    out << "Schedule " << cell(entry, "name") << " (" << whenText(entry) << ") is "
        << (entry["enabled"] == true ? "enabled" : "disabled") << "; next firing " << cell(entry, "next_fire_at")
        << ".\n";
}

void printWaiting(std::ostream& out, const Json& entries) {
    if (entries.empty())
        return;
    std::string names;
    for (const Json& entry : entries)
        names += (names.empty() ? "" : ", ") + cell(entry, "name");
    out << '\n' << entries.size() << (entries.size() == 1 ? " entry waits" : " entries wait")
        << " for a task type that is not installed: " << names << ".\n";
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
        printWaiting(out, document["waiting_for_their_type"]);
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

namespace {

/// An option of an entry and its field in the document.
template <class Value>
struct EntryField {
    const char* option;
    const char* key;
    const Value& value;
};

core::base::Result<Json> bodyOf(const BeatEntry& entry) {
    using Text = EntryField<std::string>;
    using Number = EntryField<std::optional<int64_t>>;
    Json body = Json::object();
    const auto isDefault = [&entry](const std::string& option) {
        return std::find(entry.defaults.begin(), entry.defaults.end(), option) != entry.defaults.end();
    };
    std::string twice; // an option that is given and put back at once
    const auto put = [&](const char* option, const char* key, bool given, const auto& value) {
        if (given && isDefault(option))
            twice = option;
        if (given)
            body[key] = value;
        else if (isDefault(option))
            body[key] = nullptr;
    };
    for (const auto& [option, key, text] :
         {Text{"type", "type", entry.type}, Text{"cron", "cron", entry.cron}, Text{"once", "once_at", entry.once},
          Text{"zone", "zone", entry.zone}, Text{"starts", "starts_at", entry.starts}, Text{"ends", "ends_at", entry.ends},
          Text{"catch-up", "catch_up", entry.catchUp}, Text{"overlap", "overlap", entry.overlap}})
        put(option, key, !text.empty(), text);
    for (const auto& [option, key, number] :
         {Number{"every", "every_seconds", entry.every}, Number{"max-lateness", "max_lateness_seconds", entry.maxLateness},
          Number{"expires", "expires_seconds", entry.expires}, Number{"spread", "spread_seconds", entry.spread},
          Number{"priority", "priority", entry.priority}})
        put(option, key, number.has_value(), number.value_or(0));
    Json params;
    if (!entry.params.empty()) {
        auto parsed = parseJsonOption("--params", entry.params);
        if (!parsed)
            return parsed.error();
        params = std::move(*parsed);
    }
    put("params", "params", !entry.params.empty(), params);
    if (!twice.empty())
        return Error{ErrorCode::InvalidParams, "--" + twice + " cannot be given and put back to its default at once",
                     "Leave one of the two out", {}};
    return body;
}

} // namespace

Outcome addSchedule(Session& session, const BeatEntry& entry) {
    auto body = bodyOf(entry);
    if (!body)
        return body.error();
    (*body)["name"] = entry.name;
    return showAnswer(session, session.post("/api/v1/schedules", std::move(*body)));
}

Outcome changeSchedule(Session& session, const BeatEntry& entry) {
    auto body = bodyOf(entry);
    if (!body)
        return body.error();
    if (body->empty())
        return Error{ErrorCode::InvalidParams, "nothing is to be changed", "Name what is, for example --cron '0 6 * * *'", {}};
    return showAnswer(session, session.post(pathOf(entry.name), std::move(*body)));
}

Outcome resetSchedule(Session& session, const std::string& name) {
    return showAnswer(session, session.post(pathOf(name, "/reset")));
}

Outcome showScheduleHistory(Session& session, const BeatHistory& what) {
    const auto history = session.get(pathOf(what.name, "/history"), {{"limit", std::to_string(what.limit)}});
    if (!history)
        return history.error();
    session.show(*history, [](std::ostream& out, const Json& document) {
        Table table({{"INSTANT"}, {"OUTCOME"}, {"LATE"}, {"TASK"}, {"STATE"}, {"RUN"}, {"NOTE"}});
        for (const Json& fire : document["firings"])
            table.add({cell(fire, "instant"), cell(fire, "outcome"), duration(double(fire.value("late_ms", 0)) / 1000),
                       cell(fire, "task_id"), cell(fire, "state"),
                       fire["run_ms"].is_null() ? std::string("-") : duration(fire["run_ms"].get<double>() / 1000),
                       cell(fire, "note")});
        table.print(out);
    });
    return ExitStatus::Done;
}

namespace {

/// A sum of hours of the forecast: `busyMs` of the firings whose run time is known.
struct ComingDay {
    int64_t firings = 0, unknown = 0, busyMs = 0, mostAtOnce = 0;
    bool overloaded = false;
};

std::map<std::string, ComingDay> daysOf(const Json& hours) {
    std::map<std::string, ComingDay> days;
    for (const Json& hour : hours) {
        ComingDay& day = days[hour["from"].get<std::string>().substr(0, 10)];
        day.firings += hour["firings"].get<int64_t>();
        day.unknown += hour["unknown_firings"].get<int64_t>();
        day.busyMs += hour["busy_ms"].is_null() ? 0 : hour["busy_ms"].get<int64_t>();
        day.mostAtOnce = std::max(day.mostAtOnce, hour["most_in_one_minute"].get<int64_t>());
        day.overloaded = day.overloaded || hour["overloaded"] == true;
    }
    return days;
}

void printComingDays(std::ostream& out, const Json& hours) {
    Table table({{"DAY (UTC)"}, {"FIRINGS", Align::Right}, {"RUN TIME", Align::Right}, {"NOT KNOWN", Align::Right},
                 {"MOST IN A MINUTE", Align::Right}, {"OVER THE SLOTS"}});
    for (const auto& [date, day] : daysOf(hours))
        table.add({date, std::to_string(day.firings),
                   day.firings > 0 && day.unknown == day.firings ? std::string("-") : duration(double(day.busyMs) / 1000),
                   std::to_string(day.unknown), day.mostAtOnce == 0 ? std::string("-") : std::to_string(day.mostAtOnce),
                   day.overloaded ? "yes" : "no"});
    table.print(out);
}

void printComingEntries(std::ostream& out, const Json& entries) {
    Table table({{"NAME"}, {"TYPE"}, {"FIRINGS", Align::Right}, {"RUNS FOR", Align::Right}});
    for (const Json& entry : entries)
        table.add({cell(entry, "name"), cell(entry, "type"), cell(entry, "firings"),
                   entry["expected_run_ms"].is_null() ? std::string("not known")
                                                      : duration(entry["expected_run_ms"].get<double>() / 1000)});
    table.print(out);
}

} // namespace

Outcome showComingLoad(Session& session, const BeatComing& what) {
    const auto load = session.get("/api/v1/schedules/coming", {{"days", std::to_string(what.days)}});
    if (!load)
        return load.error();
    session.show(*load, [](std::ostream& out, const Json& document) {
        printComingDays(out, document["hours"]);
        out << '\n';
        printComingEntries(out, document["entries"]);
        for (const Json& change : document["clock_changes"])
            out << "\nAt " << cell(change, "at") << " the clock of " << cell(change, "zone") << " is put "
                << (change["by_seconds"].get<int64_t>() > 0 ? "forward" : "back") << ".\n";
        for (const Json& overload : document["overloads"])
            out << "\nFrom " << cell(overload, "from") << " to " << cell(overload, "to") << ' ' << cell(overload, "runs")
                << " runs at once for " << cell(overload, "slots")
                << (overload["queue"].is_null() ? std::string(" workers") : " slots of queue " + cell(overload, "queue"))
                << ".\n";
    });
    return ExitStatus::Done;
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
