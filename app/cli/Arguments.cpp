#include "app/cli/Arguments.h"

#include "app/Composition.h"
#include "app/cli/BackupCommands.h"
#include "app/cli/BenchCommands.h"
#include "app/cli/Doctor.h"
#include "app/cli/Grammar.h"
#include "app/cli/ProgrammeCommands.h"
#include "app/cli/QueueCommands.h"
#include "app/cli/Serve.h"
#include "app/cli/TaskCommands.h"
#include "app/cli/TriggerCommands.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

namespace app::cli {

using core::base::Error;
using core::base::ErrorCode;

namespace {

struct TwoTexts {
    std::string first, second;
};
struct ResultChoice {
    std::string id;
    Wait wait;
};
struct TypesChoice {
    bool status = false;
};
struct BreakerChoice {
    std::string type, action, reason;
};
struct RestoreChoice {
    std::string file;
    bool dryRun = false;
};
struct PurgeChoice {
    std::string queue;
    bool yes = false;
};

void addWait(CLI::App& verb, Wait& wait) {
    // An option whose value may be left out: `--wait` and `--wait 120`.
    verb.add_option_function<std::vector<std::string>>(
            "--wait",
            [&wait](const std::vector<std::string>& values) {
                wait.wanted = true;
                wait.seconds = values.empty() ? std::string() : values.front();
            },
            "Wait for the end, at most so many SECONDS")
        ->expected(0, 1)
        ->type_name("[SECONDS]")
        ->run_callback_for_default(false);
}

void addTaskStart(Grammar& grammar, CLI::App& group) {
    auto what = std::make_shared<TaskStart>();
    CLI::App& verb = grammar.verb(
        group, "start", "Start a task",
        "beatwarden task start resilience_contingency --params '{\"days_ahead\":90}' --wait 120", what, startTask);
    verb.add_option("TYPE", what->type, "Task type, see `beatwarden task types`")->required();
    verb.add_option("--params", what->params, "Parameters as a JSON object");
    verb.add_option("--priority", what->priority, "0 (last) to 9 (first)");
    verb.add_option("--eta", what->eta, "Not before this ISO-8601 time");
    verb.add_option("--countdown", what->countdown, "Not before so many seconds from now");
    verb.add_option("--expires", what->expires, "Give up unless begun within so many seconds");
    verb.add_option("--timeout", what->timeout, "Seconds for each attempt, at most the type's limit");
    verb.add_option("--max-retries", what->maxRetries, "Instead of the type's own number");
    verb.add_option("--metadata", what->metadata, "A JSON object kept with the task");
    verb.add_option("--tag", what->tags, "A word kept with the task; may be repeated")->allow_extra_args(false);
    verb.add_option("--idempotency-key", what->idempotencyKey, "Same key and parameters: the same task again");
    addWait(verb, what->wait);
}

void addSelection(CLI::App& verb, TaskList& which) {
    verb.add_option("--state", which.state, "One or several states, separated by commas; dead says failure");
    verb.add_option("--type", which.type, "A task type");
    verb.add_option("--from", which.from, "Submitted at or after this ISO-8601 time");
    verb.add_option("--to", which.to, "Submitted before this ISO-8601 time");
}

void addTaskLooks(Grammar& grammar, CLI::App& group) {
    auto types = std::make_shared<TypesChoice>();
    grammar
        .verb(group, "types", "What can be started", "beatwarden task types --status", types,
              [](Session& session, const TypesChoice& choice) {
                  return choice.status ? showTypeStatuses(session) : showTaskTypes(session);
              })
        .add_flag("--status", types->status, "Circuit breaker and rate of every type, and the retry budget");
    auto which = std::make_shared<TaskList>();
    CLI::App& list = grammar.verb(group, "list", "Tasks, newest first", "beatwarden task list --state failure --limit 20",
                                  which, listTasks);
    addSelection(list, *which);
    list.add_option("--queue", which->queue, "A queue");
    list.add_option("--search", which->search, "Words that must occur");
    list.add_option("--limit", which->limit, "Tasks a page, 1 to 500; 50 when absent");
    list.add_option("--after", which->after, "The last id of the page before");
    auto period = std::make_shared<TaskList>();
    addSelection(grammar.verb(group, "history", "Counts, success rates and run times of a period",
                              "beatwarden task history --from 2026-11-01T00:00:00Z", period, reportHistory),
                 *period);
    addOneText(grammar, group, "show", "Everything about one task", "beatwarden task show ID", "ID", showTask);
    addOneText(grammar, group, "tree", "The workflow and follow-ups that a task belongs to", "beatwarden task tree ID", "ID",
               showTree);
    addOneText(grammar, group, "log", "Log lines of a task", "beatwarden task log ID", "ID", showLog);
    auto result = std::make_shared<ResultChoice>();
    CLI::App& verb = grammar.verb(group, "result", "Result or error of a task", "beatwarden task result ID --wait 60",
                                  result, [](Session& session, const ResultChoice& choice) {
                                      return showResult(session, choice.id, choice.wait);
                                  });
    verb.add_option("ID", result->id)->required();
    addWait(verb, result->wait);
}

void addTaskActs(Grammar& grammar, CLI::App& group) {
    auto cancel = std::make_shared<TaskCancel>();
    CLI::App& cancelVerb =
        grammar.verb(group, "cancel", "Cancel waiting tasks, stop running ones",
                     "beatwarden task cancel --filter 'state:pending queue:exports' --yes", cancel, cancelTasks);
    cancelVerb.add_option("ID", cancel->ids, "Task ids");
    cancelVerb.add_option("--filter", cancel->filter, "state: type: queue: and words to search for");
    cancelVerb.add_flag("--tree", cancel->tree, "With all that belongs to the tasks: workflow and follow-ups");
    cancelVerb.add_flag("--yes", cancel->confirmed, "Cancel what the filter matches");
    auto retry = std::make_shared<TaskRetry>();
    CLI::App& retryVerb = grammar.verb(group, "retry", "Start tasks like ones that have ended",
                                       "beatwarden task retry ID --params '{\"days_ahead\":30}'", retry, retryTasks);
    retryVerb.add_option("ID", retry->ids, "Task ids")->required();
    retryVerb.add_option("--params", retry->params, "Instead of the original's parameters");
    retryVerb.add_flag("--tree", retry->tree, "What failed or was revoked in the whole tree of the task");
    addWait(retryVerb, retry->wait);
    auto move = std::make_shared<TwoTexts>();
    CLI::App& moveVerb = grammar.verb(group, "reschedule", "Move a waiting task to another time",
                                      "beatwarden task reschedule ID --eta 2026-12-01T06:00:00Z", move,
                                      [](Session& session, const TwoTexts& given) {
                                          return rescheduleTask(session, given.first, given.second);
                                      });
    moveVerb.add_option("ID", move->first)->required();
    moveVerb.add_option("--eta", move->second, "ISO-8601 time")->required();
}

void addTaskBreaker(Grammar& grammar, CLI::App& group) {
    auto choice = std::make_shared<BreakerChoice>();
    CLI::App& verb = grammar.verb(
        group, "breaker", "Hold a type's circuit open or closed, or let it judge itself",
        "beatwarden task breaker resilience_contingency open --reason 'the registry is being moved'", choice,
        [](Session& session, const BreakerChoice& given) {
            return setBreaker(session, given.type, given.action, given.reason);
        });
    verb.add_option("TYPE", choice->type, "Task type")->required();
    verb.add_option("ACTION", choice->action, "open: begin none of its tasks; close: begin them whatever fails; reset")
        ->required()
        ->check(CLI::IsMember({"open", "close", "reset"}));
    verb.add_option("--reason", choice->reason, "Why, for the record; at least 3 characters")->required();
}

void addTasks(Grammar& grammar) {
    CLI::App& group = grammar.group("task", "Start, look at, cancel and retry tasks");
    addTaskStart(grammar, group);
    addTaskLooks(grammar, group);
    addTaskActs(grammar, group);
    addTaskBreaker(grammar, group);
}

void addQueues(Grammar& grammar) {
    CLI::App& group = grammar.group("queue", "Queues");
    grammar.verb(group, "list", "Depth by state, oldest age, slots, paused", "beatwarden queue list --json",
                 std::make_shared<NoOptions>(), [](Session& session, const NoOptions&) { return listQueues(session); });
    addOneText(grammar, group, "pause", "Begin no more tasks", "beatwarden queue pause exports", "QUEUE", pauseQueue);
    addOneText(grammar, group, "resume", "Begin tasks again", "beatwarden queue resume exports", "QUEUE", resumeQueue);
    auto purge = std::make_shared<PurgeChoice>();
    CLI::App& verb = grammar.verb(group, "purge", "Revoke everything that waits", "beatwarden queue purge exports --yes",
                                  purge, [](Session& session, const PurgeChoice& choice) {
                                      return purgeQueue(session, choice.queue,
                                                        choice.yes ? Confirmed::Yes : Confirmed::No);
                                  });
    verb.add_option("QUEUE", purge->queue)->required();
    verb.add_flag("--yes", purge->yes, "Do it");
}

void addTriggers(Grammar& grammar) {
    CLI::App& group = grammar.group("trigger", "What follows from what");
    grammar.verb(group, "list", "Every trigger with what came of it, and for what it waits", "beatwarden trigger list",
                 std::make_shared<NoOptions>(),
                 [](Session& session, const NoOptions&) { return listTriggers(session); });
    addOneText(grammar, group, "enable", "Let tasks follow again", "beatwarden trigger enable absence-forecast", "NAME",
               enableTrigger);
    addOneText(grammar, group, "disable", "Let nothing follow any more", "beatwarden trigger disable absence-forecast",
               "NAME", disableTrigger);
}

void addProgramme(Grammar& grammar) {
    CLI::App& group = grammar.group("programme", "The residency data");
    addDuty(grammar, group);
    addFallbackList(grammar, group);
    auto sample = std::make_shared<SampleChoice>();
    CLI::App& create = grammar.verb(group, "create-sample", "Create the deterministic sample programme",
                                    "beatwarden programme create-sample --start 2026-07-01", sample, createSample);
    create.add_option("--seed", sample->seed, "Same seed, same programme");
    create.add_option("--start", sample->start, "First day as YYYY-MM-DD; 1 July of this academic year when absent");
    create.add_option("--residents", sample->residents, "18 when absent");
    create.add_option("--faculty", sample->faculty, "13 when absent");
    auto import = std::make_shared<ImportChoice>();
    CLI::App& read = grammar.verb(group, "import", "Read a roster or absences from CSV",
                                  "beatwarden programme import absences.csv --dry-run", import, importProgramme);
    read.add_option("PATH", import->path, "A file or a folder")->required();
    read.add_flag("--dry-run", import->dryRun, "Only check and count");
    grammar.verb(group, "stats", "How much of everything there is", "beatwarden programme stats",
                 std::make_shared<NoOptions>(),
                 [](Session& session, const NoOptions&) { return showProgramme(session); });
}

void addCrisis(Grammar& grammar) {
    CLI::App& group = grammar.group("crisis", "Crisis");
    auto activate = std::make_shared<CrisisChoice>();
    CLI::App& on = grammar.verb(group, "activate", "Activate a crisis, or preview what it would shed",
                                "beatwarden crisis activate --severity severe --reason 'Three faculty deployed today' "
                                "--approved-by 'Dr. Okafor'",
                                activate, activateCrisis);
    on.add_option("--severity", activate->severity, "minor, moderate, severe or critical");
    on.add_option("--reason", activate->reason, "10 to 500 characters");
    on.add_option("--approved-by", activate->approvedBy, "Who approves; needed for severe and critical");
    on.add_flag("--preview", activate->preview, "Show what would be shed and change nothing");
    auto deactivate = std::make_shared<CrisisChoice>();
    CLI::App& off = grammar.verb(group, "deactivate", "End the crisis",
                                 "beatwarden crisis deactivate --reason 'Faculty are back' --approved-by 'Dr. Okafor'",
                                 deactivate, deactivateCrisis);
    off.add_option("--reason", deactivate->reason, "10 to 500 characters");
    off.add_option("--approved-by", deactivate->approvedBy, "Who approves");
    grammar.verb(group, "status", "The crisis as it stands", "beatwarden crisis status", std::make_shared<NoOptions>(),
                 [](Session& session, const NoOptions&) { return showCrisis(session); });
}

void addBackup(Grammar& grammar) {
    CLI::App& group = grammar.group("backup", "Copies of the database");
    auto target = std::make_shared<OneText>();
    grammar
        .verb(group, "create", "Make a checked copy; a running engine goes on", "beatwarden backup create", target,
              [](Session& session, const OneText& given) { return createBackup(session, given.text); })
        .add_option("FILE", target->text, "A new file; a name of its own in the folder of copies when absent");
    grammar.verb(group, "list", "The copies in the data directory", "beatwarden backup list", std::make_shared<NoOptions>(),
                 [](Session& session, const NoOptions&) { return listBackups(session); });
    addOneText(grammar, group, "verify", "Whether a copy can be trusted; exit status 1 when not",
               "beatwarden backup verify FILE", "FILE", verifyBackup);
    auto choice = std::make_shared<RestoreChoice>();
    CLI::App& restore = grammar.verb(group, "restore", "Put a copy in the place of the database, which is kept aside",
                                     "beatwarden backup restore FILE", choice,
                                     [](Session& session, const RestoreChoice& given) {
                                         return restoreBackup(session, given.file,
                                                              given.dryRun ? Rehearsal::Yes : Rehearsal::No);
                                     });
    restore.add_option("FILE", choice->file)->required();
    restore.add_flag("--dry-run", choice->dryRun, "Only say what would be lost");
    CLI::App& audit = grammar.group("audit", "The audit log");
    grammar.verb(audit, "verify", "Follow the chain to its end; exit status 1 when it is broken",
                 "beatwarden audit verify --json", std::make_shared<NoOptions>(),
                 [](Session& session, const NoOptions&) { return verifyAuditLog(session); });
}

void addProgram(Grammar& grammar) {
    grammar.verb(grammar.app(), "serve", "Engine, beat and API without a window, until SIGTERM",
                 "beatwarden serve --data-dir /srv/beatwarden --api-port 8765", std::make_shared<NoOptions>(),
                 [](Session& session, const NoOptions&) { return serve(session); });
    grammar.verb(grammar.app(), "health", "How the engine is; exit status 1 when it is unhealthy",
                 "beatwarden health --json", std::make_shared<NoOptions>(),
                 [](Session& session, const NoOptions&) { return showHealth(session); });
    grammar.verb(grammar.app(), "doctor", "Checks of set-up and data with what to do; exit status 1 when one fails",
                 "beatwarden doctor --data-dir /srv/beatwarden", std::make_shared<NoOptions>(),
                 [](Session& session, const NoOptions&) { return showDoctor(session); });
}

void addBenchBeat(Grammar& grammar, CLI::App& group) {
    auto plan = std::make_shared<app::bench::BeatBenchPlan>();
    CLI::App& beat = grammar.verb(group, "beat", "Measure what schedules cost and how late they fire; one JSON line",
                                  "beatwarden bench beat --schedules 10000 --fires 1000", plan, benchBeat);
    beat.add_option("--schedules", plan->schedules, "Schedules of the idle engine; 10000 when absent")->check(CLI::Range(0, 1'000'000));
    beat.add_option("--idle-seconds", plan->idleSeconds, "How long it is watched; 10 when absent")->check(CLI::Range(0.1, 3600.0));
    beat.add_option("--fires", plan->fires, "Schedules that are due within one second, and at one instant; 1000 when absent")
        ->check(CLI::Range(1, 100'000));
}

void addBenchCron(Grammar& grammar, CLI::App& group) {
    auto plan = std::make_shared<app::bench::CronBenchPlan>();
    CLI::App& cron = grammar.verb(group, "cron", "Measure how fast next instants are found; one JSON line an expression",
                                  "beatwarden bench cron --expression '*/5 * * * *' --zone America/New_York", plan, benchCron);
    cron.add_option("--expression", plan->expressions, "A cron expression, as often as wanted; common ones when absent")
        ->expected(1)
        ->take_all();
    cron.add_option("--zone", plan->zones, "A time zone, as often as wanted; UTC and America/New_York when absent")
        ->expected(1)
        ->take_all();
    cron.add_option("--seconds", plan->seconds, "How long for each; 0.5 when absent")->check(CLI::Range(0.01, 600.0));
    cron.add_option("--from", plan->from, "The instant to begin at; 2026-01-01T00:00:00Z when absent");
}

void addBench(Grammar& grammar) {
    CLI::App& group = grammar.group("bench", "Measurements");
    addBenchBeat(grammar, group);
    addBenchCron(grammar, group);
    auto plan = std::make_shared<app::bench::EngineBenchPlan>();
    CLI::App& engine = grammar.verb(group, "engine", "Measure the engine on this disk; prints one JSON line",
                                    "beatwarden bench engine --tasks 50000 --workers 4 --payload 100", plan, benchEngine);
    engine.add_option("--tasks", plan->tasks, "Tasks to enqueue and process; 20000 when absent")->check(CLI::Range(1, 10'000'000));
    engine.add_option("--payload", plan->payloadBytes, "Bytes of text in each task; 100 when absent")->check(CLI::Range(0, 100'000));
    engine.add_option("--rows", plan->rows, "Finished tasks in the store before; none when absent")->check(CLI::Range(0, 100'000'000));
    engine.add_option("--latency-tasks", plan->latencyTasks, "Single tasks on the idle engine; 1000 when absent")
        ->check(CLI::Range(0, 1'000'000));
    engine.add_option("--submitters", plan->submitters, "Threads that enqueue; 2 when absent")->check(CLI::Range(1, 64));
    engine.add_option("--batch", plan->batch, "Tasks enqueued together; 500 when absent")->check(CLI::Range(1, 10'000));
}

/// Where the words of the top level land.
struct TopLevel {
    std::string dataDirectory, tour, size = "1280x800", theme;
    bool json = false;
    int scale = 1;
    std::optional<int> stopGrace;
};

void addTopLevel(CLI::App& app, TopLevel& top, CommonOptions& common) {
    app.require_subcommand(0, 1)->fallthrough();
    app.set_version_flag("--version", "beatwarden " BEATWARDEN_VERSION);
    app.add_option("--data-dir", top.dataDirectory, "Data directory; " + defaultDataDirectory().string() + " when absent");
    app.add_flag("--json", top.json, "One JSON document or JSON lines on standard output, nothing else");
    app.add_option("--api-port", common.apiPort, "Port of the local API; any free one when absent")
        ->check(CLI::Range(0, 65535));
    app.add_option("--workers", common.workers, "Worker processes; 4 when absent")->check(CLI::Range(1, 64));
    app.add_option("--stop-grace", top.stopGrace, "Seconds that running tasks have to end when the engine stops; 20 for serve, else 1")
        ->check(CLI::Range(0, 3600));
    app.add_option("--tour", top.tour, "Show the console on a sample to pictures in this folder, then end");
    app.add_option("--size", top.size, "Window size of the tour, for example 1600x900");
    app.add_option("--theme", top.theme, "Theme of the tour; both when absent")->check(CLI::IsMember({"light", "dark"}));
    app.add_option("--scale", top.scale, "Scale of the tour")->check(CLI::Range(1, 2));
    app.footer("Without a command the console opens.\n\nExamples:\n"
               "  beatwarden\n"
               "  beatwarden programme create-sample\n"
               "  beatwarden task start resilience_health_check --wait\n"
               "  beatwarden --tour pictures --size 1600x900\n\n"
               "Exit status: 0 done, 1 the thing asked about failed, 2 wrong usage, 3 not found, 4 conflict,\n"
               "5 the engine is unavailable.");
}

core::base::Result<TourChoice> tourOf(const TopLevel& top) {
    TourChoice tour;
    tour.folder = top.tour;
    tour.scale = top.scale;
    int consumed = 0;
    if (std::sscanf(top.size.c_str(), "%5dx%5d%n", &tour.width, &tour.height, &consumed) != 2 ||
        size_t(consumed) != top.size.size() || tour.width < 640 || tour.height < 480 || tour.width > 7680 ||
        tour.height > 4320)
        return Error{ErrorCode::InvalidParams, "--size: '" + top.size + "' is not a window size",
                     "Write WIDTHxHEIGHT between 640x480 and 7680x4320", {}};
    if (!top.theme.empty())
        tour.theme = top.theme == "dark" ? TourThemeWord::Dark : TourThemeWord::Light;
    return tour;
}

/// The command whose help explains what went wrong.
std::string commandOf(const CLI::App& app) {
    std::string words = app.get_name();
    for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
        at = at->get_subcommands().front();
        words += " " + at->get_name();
    }
    return words;
}

bool wantsJson(int argc, const char* const* argv) {
    return std::any_of(argv, argv + argc, [](const char* word) { return std::string_view(word) == "--json"; });
}

ExitStatus refuseUsage(const CLI::App& app, std::string what, Format format, std::ostream& out, std::ostream& err) {
    while (!what.empty() && (what.back() == '.' || what.back() == '\n'))
        what.pop_back();
    return reportError({ErrorCode::InvalidParams, what, "See `" + commandOf(app) + " --help`", {}}, format, out, err);
}

} // namespace

std::variant<Invocation, ExitStatus> parseArguments(int argc, const char* const* argv, std::ostream& out,
                                                    std::ostream& err) {
    Invocation invocation;
    TopLevel top;
    CLI::App app("Operations console, task engine and beat scheduler for a residency programme", "beatwarden");
    Grammar grammar(app, invocation.verb);
    addTopLevel(app, top, invocation.common);
    addTasks(grammar);
    addQueues(grammar);
    addBeat(grammar);
    addTriggers(grammar);
    addProgramme(grammar);
    addCrisis(grammar);
    addFallback(grammar);
    addBackup(grammar);
    addProgram(grammar);
    addBench(grammar);
    const Format format = wantsJson(argc, argv) ? Format::Json : Format::Human;
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& stopped) {
        if (stopped.get_exit_code() == 0) {
            app.exit(stopped, out, err);
            return ExitStatus::Done;
        }
        return refuseUsage(app, stopped.what(), format, out, err);
    }
    if (top.stopGrace)
        invocation.common.stopGrace = core::base::seconds(*top.stopGrace);
    invocation.common.format = top.json ? Format::Json : Format::Human;
    std::error_code failed;
    invocation.common.dataDirectory =
        top.dataDirectory.empty() ? defaultDataDirectory() : std::filesystem::absolute(top.dataDirectory, failed);
    if (!top.tour.empty()) {
        if (invocation.verb)
            return refuseUsage(app, "--tour does not go with a command", format, out, err);
        auto tour = tourOf(top);
        if (!tour)
            return reportError(tour.error(), format, out, err);
        invocation.tour = std::move(*tour);
    }
    return invocation;
}

} // namespace app::cli
