#include "app/cli/TriggerCommands.h"

#include "app/cli/TaskText.h"
#include "app/cli/Text.h"

namespace app::cli {

using core::base::Json;

namespace {

/// `waits for the task type …`, `enabled, without the table …`.
std::string stateText(const Json& trigger) {
    if (trigger["waits_for"].is_string())
        return "waits for " + cell(trigger, "waits_for");
    const std::string state = cell(trigger, "state");
    return trigger["missing"].is_string() ? state + ", without " + cell(trigger, "missing") : state;
}

Outcome setTrigger(Session& session, const std::string& name, const char* verb) {
    const auto trigger = session.post("/api/v1/triggers/" + core::api::percentEncode(name) + verb);
    if (!trigger)
        return trigger.error();
    session.show(*trigger, [](std::ostream& out, const Json& document) {
        out << "Trigger " << cell(document, "name") << ": " << stateText(document) << ".\n";
    });
    return ExitStatus::Done;
}

} // namespace

Outcome listTriggers(Session& session) {
    const auto triggers = session.get("/api/v1/triggers");
    if (!triggers)
        return triggers.error();
    session.show(*triggers, [&](std::ostream& out, const Json& document) {
        Table table({{"NAME"}, {"WHEN"}, {"MAKES"}, {"STATE"}, {"LAST"}, {"MADE"}, {"MERGED"}, {"PROBLEMS"}, {"LAST PROBLEM"}});
        for (const Json& trigger : document["triggers"])
            table.add({cell(trigger, "name"), cell(trigger, "about"), cell(trigger, "makes"), stateText(trigger),
                       age(trigger["last_at"], session.now()), cell(trigger, "made"), cell(trigger, "merged"),
                       cell(trigger, "problems"), cell(trigger, "last_problem")});
        table.print(out);
    });
    return ExitStatus::Done;
}

Outcome enableTrigger(Session& session, const std::string& name) {
    return setTrigger(session, name, "/enable");
}

Outcome disableTrigger(Session& session, const std::string& name) {
    return setTrigger(session, name, "/disable");
}

} // namespace app::cli
