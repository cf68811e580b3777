#include "app/cli/BeatCommands.h"
#include "app/cli/Text.h"
#include "core/base/Text.h"

namespace app::cli {

using core::base::Error;
using core::base::ErrorCode;
using core::base::counted;
using core::base::Json;

namespace {

std::string pathOf(const BeatBackfill& what) {
    return "/api/v1/schedules/" + core::api::percentEncode(what.name) + "/backfill";
}

Json windowOf(const BeatBackfill& what) {
    Json body{{"from", what.from}};
    if (!what.to.empty())
        body["to"] = what.to;
    return body;
}

std::string runTime(double milliseconds) {
    return milliseconds < 1000 ? std::to_string(int64_t(milliseconds)) + " ms" : duration(milliseconds / 1000);
}

void printRunTime(std::ostream& out, const Json& plan) {
    const auto instants = double(plan["instants"].size());
    if (!plan["run_ms"].is_number()) {
        out << "How long they take is not known: too few have run.\n";
        return;
    }
    const double one = plan["run_ms"].get<double>();
    out << "One takes about " << runTime(one) << ", all one after another about " << runTime(one * instants) << ".\n";
}

void printPlan(std::ostream& out, const Json& plan) {
    out << "Schedule " << cell(plan, "schedule") << ", " << cell(plan, "from") << " to " << cell(plan, "to") << ":\n"
        << counted(plan["missing"].get<int64_t>(), "instant is", "instants are") << " missing; left out: " << cell(plan, "fired")
        << " fired, " << cell(plan, "coming") << " still to come";
    if (plan["damaged"] != 0)
        out << ", " << cell(plan, "damaged") << " damaged";
    out << ".\n";
    if (plan["instants"].empty())
        return;
    Table table({{"INSTANT"}, {"STATE"}, {"NOTE"}});
    for (const Json& instant : plan["instants"])
        table.add({cell(instant, "instant"), cell(instant, "state"), cell(instant, "note")});
    out << '\n';
    table.print(out);
    out << '\n';
    printRunTime(out, plan);
    for (const Json& warning : plan["warnings"])
        out << "Note: " << cell(warning) << ".\n";
}

void printResult(std::ostream& out, const Json& result) {
    const auto made = int64_t(result["tasks"].size());
    if (made == 0)
        out << "Nothing was to be made.\n";
    else
        out << counted(made, "task was", "tasks were") << " made; see " << (made == 1 ? "it" : "them")
            << " with: beatwarden task list --search " << cell(result, "tag") << '\n';
    if (!result["skipped"].empty())
        out << counted(int64_t(result["skipped"].size()), "instant was", "instants were")
            << " skipped, since something became of " << (result["skipped"].size() == 1 ? "it" : "them")
            << " meanwhile.\n";
    if (result["left"] != 0)
        out << cell(result, "left") << " more are missing in the window; run it again for them.\n";
}

Error nothingMade(const Json& plan) {
    return {ErrorCode::InvalidParams,
            counted(int64_t(plan["instants"].size()), "task", "tasks") + " would be made; nothing was done",
            "Look at them with --dry-run, and add --yes to make them", {}};
}

/// Asks for those of the plan that was shown, and no others.
Outcome makeTasks(Session& session, const BeatBackfill& what, const Json& plan) {
    Json body = windowOf(what);
    body["to"] = plan["to"];
    body["order"] = what.together ? "together" : "one-after-another";
    body["definition"] = plan["definition"];
    body["instants"] = Json::array();
    for (const Json& instant : plan["instants"])
        body["instants"].push_back(instant["instant"]);
    auto result = session.post(pathOf(what), std::move(body));
    if (!result)
        return result.error();
    (*result)["left"] = plan["missing"].get<int64_t>() - int64_t(plan["instants"].size());
    session.show(*result, printResult);
    return ExitStatus::Done;
}

} // namespace

Outcome backfillSchedule(Session& session, const BeatBackfill& what) {
    Json look = windowOf(what);
    look["dry_run"] = true;
    const auto plan = session.post(pathOf(what), std::move(look));
    if (!plan)
        return plan.error();
    if (what.dryRun) {
        session.show(*plan, printPlan);
        return ExitStatus::Done;
    }
    if ((*plan)["instants"].empty()) {
        const Json nothing{{"schedule", (*plan)["schedule"]}, {"dry_run", false},        {"tag", nullptr},
                           {"tasks", Json::array()},          {"skipped", Json::array()}, {"left", 0}};
        session.show(nothing, [&](std::ostream& out, const Json&) { printPlan(out, *plan); });
        return ExitStatus::Done;
    }
    if (!what.confirmed) {
        const auto count = int64_t((*plan)["instants"].size());
        switch (session.ask([&](std::ostream& err) { printPlan(err, *plan); },
                            "Make " + (count == 1 ? "this task?" : "these " + std::to_string(count) + " tasks?"))) {
        case Session::Answer::Nobody: return nothingMade(*plan);
        case Session::Answer::No: session.remark("nothing was done"); return ExitStatus::Done;
        case Session::Answer::Yes: break;
        }
    }
    return makeTasks(session, what, *plan);
}

} // namespace app::cli
