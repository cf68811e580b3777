#include "app/cli/BeatCommands.h"
#include "app/cli/Grammar.h"

namespace app::cli {

namespace {

void addEntryOptions(CLI::App& verb, BeatEntry& entry) {
    verb.add_option("NAME", entry.name)->required();
    verb.add_option("--cron", entry.cron, "Five fields: minute hour day month weekday");
    verb.add_option("--every", entry.every, "Seconds between firings, instead of --cron");
    verb.add_option("--once", entry.once, "One ISO-8601 instant, instead of --cron");
    verb.add_option("--zone", entry.zone, "IANA zone of the expression; UTC when absent");
    verb.add_option("--params", entry.params, "Parameters as a JSON object");
    verb.add_option("--starts", entry.starts, "Nothing fires before this ISO-8601 instant");
    verb.add_option("--ends", entry.ends, "Nothing fires after this ISO-8601 instant");
    verb.add_option("--catch-up", entry.catchUp, "What was missed; one when absent")
        ->check(CLI::IsMember({"none", "one", "all"}));
    verb.add_option("--max-lateness", entry.maxLateness, "Later than so many seconds nothing fires");
    verb.add_option("--overlap", entry.overlap, "When the task before has not ended; skip when absent")
        ->check(CLI::IsMember({"skip", "queue-one", "allow", "cancel-old"}));
    verb.add_option("--expires", entry.expires, "Seconds after which a task that has not begun is not run");
    verb.add_option("--spread", entry.spread, "Shift the firings by up to so many seconds, 0 to 30");
    verb.add_option("--priority", entry.priority, "Of the tasks, 0 to 9");
}

void addBackfill(Grammar& grammar, CLI::App& group) {
    auto what = std::make_shared<BeatBackfill>();
    CLI::App& verb = grammar.verb(group, "backfill", "Make the tasks of instants that did not fire",
                                  "beatwarden beat backfill metrics-computation --from 2026-11-13T00:00:00Z --dry-run",
                                  what, backfillSchedule);
    verb.add_option("NAME", what->name)->required();
    verb.add_option("--from", what->from, "Begin of the window, an ISO-8601 instant")->required();
    verb.add_option("--to", what->to, "End of the window, included; now when absent");
    verb.add_flag("--together", what->together, "Side by side at the lowest priority, not one after another");
    verb.add_flag("--dry-run", what->dryRun, "Only say what would be made");
    verb.add_flag("--yes", what->confirmed, "Do it without asking");
}

} // namespace

void addBeat(Grammar& grammar) {
    CLI::App& group = grammar.group("beat", "Schedules");
    grammar.verb(group, "list", "Every entry with next and last firing", "beatwarden beat list",
                 std::make_shared<NoOptions>(),
                 [](Session& session, const NoOptions&) { return listSchedules(session); });
    auto window = std::make_shared<BeatComing>();
    CLI::App& coming = grammar.verb(group, "coming", "What the schedule will start, and for how long it is expected to run",
                                    "beatwarden beat coming --days 7", window, showComingLoad);
    coming.add_option("--days", window->days, "From now on, 1 to 31; 7 when absent")->check(CLI::Range(1, 31));
    addOneText(grammar, group, "run-now", "Start the entry's task now", "beatwarden beat run-now NAME", "NAME",
               runScheduleNow);
    addOneText(grammar, group, "enable", "Fire the entry again", "beatwarden beat enable NAME", "NAME", enableSchedule);
    addOneText(grammar, group, "disable", "Fire the entry no more", "beatwarden beat disable NAME", "NAME",
               disableSchedule);
    addOneText(grammar, group, "remove", "Remove an entry", "beatwarden beat remove NAME", "NAME", removeSchedule);
    addOneText(grammar, group, "reset", "Back to what came with the program", "beatwarden beat reset NAME", "NAME",
               resetSchedule);
    auto entry = std::make_shared<BeatEntry>();
    CLI::App& add = grammar.verb(
        group, "add", "Add an entry",
        "beatwarden beat add morning-check --cron '0 6 * * *' --zone Pacific/Honolulu --type resilience_health_check",
        entry, addSchedule);
    add.add_option("--type", entry->type, "Task type")->required();
    addEntryOptions(add, *entry);
    auto changed = std::make_shared<BeatEntry>();
    CLI::App& change = grammar.verb(group, "change", "Change an entry; what is not named stays",
                                    "beatwarden beat change resilience-health-check --cron '*/10 * * * *'", changed,
                                    changeSchedule);
    change.add_option("--type", changed->type, "Task type");
    addEntryOptions(change, *changed);
    change.add_option("--default", changed->defaults, "Put one back to what it is when absent; can be repeated")
        ->check(CLI::IsMember({"zone", "params", "starts", "ends", "catch-up", "max-lateness", "overlap", "expires",
                               "spread", "priority"}));
    auto history = std::make_shared<BeatHistory>();
    CLI::App& past = grammar.verb(group, "history", "What became of an entry's instants, newest first",
                                  "beatwarden beat history resilience-health-check --limit 50", history,
                                  showScheduleHistory);
    past.add_option("NAME", history->name)->required();
    past.add_option("--limit", history->limit, "How many, 1 to 1000; 20 when absent")->check(CLI::Range(1, 1000));
    addBackfill(grammar, group);
    auto what = std::make_shared<BeatNext>();
    CLI::App& next = grammar.verb(group, "next", "When an expression fires next (needs no engine)",
                                  "beatwarden beat next '*/15 * * * *' --zone America/New_York --count 3", what,
                                  printNextFirings);
    next.add_option("EXPR", what->expression)->required();
    next.add_option("--zone", what->zone, "IANA zone; UTC when absent");
    next.add_option("--from", what->from, "Strictly after this ISO-8601 time; now when absent");
    next.add_option("--count", what->count, "How many, 1 to 10000")->check(CLI::Range(1, 10'000));
}

} // namespace app::cli
