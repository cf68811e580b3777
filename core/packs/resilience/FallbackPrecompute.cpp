#include "core/base/Text.h"
#include "core/base/Uuid.h"
#include "core/packs/Alert.h"
#include "core/packs/Reading.h"
#include "core/packs/resilience/FallbackRows.h"
#include "core/packs/resilience/Tasks.h"
#include "core/programme/AlertTransition.h"
#include "core/programme/OrNull.h"
#include "core/programme/fallback/Record.h"
#include "core/programme/store/DutyPolicyStore.h"
#include "core/programme/store/ProgrammeReader.h"
#include "core/programme/store/ResilienceInputs.h"
#include "core/task/ProgressScope.h"

#include <algorithm>
#include <cmath>

namespace core::packs::resilience {

namespace {

using programme::fallback::PlanResult;

constexpr std::chrono::days kHoursLookBack{28}; ///< hours and days off are averaged over four weeks
constexpr double kPoorCoverage = 0.70;
constexpr size_t kGapsInResult = 12;
constexpr const char* kFallbackAlert = "fallback";

bool isPoor(const std::optional<double>& coverage) {
    return coverage && *coverage < kPoorCoverage;
}

std::string percentText(double ratio) {
    const int tenths = int(std::floor(1000 * ratio));
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

/// One run over the seven scenarios.
class FallbackPrecompute {
  public:
    FallbackPrecompute(core::store::Connection& db, const base::Json& params, task::TaskContext& context)
        : m_db(db), m_context(context), m_now(context.clock().now()),
          m_today(programme::store::localToday(db, m_now)),
          m_last(m_today + std::chrono::days(params.value("days_ahead", 90) - 1)) {}

    task::Outcome run() {
        m_context.progress(1, "Reading the schedule");
        auto programme = readFromToday(m_db, m_today, kHoursLookBack, m_last);
        if (!programme)
            return failureOf(programme.error());
        m_programme = std::move(*programme);
        m_last = std::min(m_last, m_programme.last());
        m_context.checkCancelled();
        const std::vector<PlanResult> results = plan(vulnerable());
        m_context.checkCancelled();
        m_context.progress(96, "Writing the schedules");
        return outcomeOf(results);
    }

  private:
    /// Whose loss hurts most is what N-1 and N-2 find.
    programme::fallback::Vulnerable vulnerable() {
        task::ProgressScope analysis = m_context.scope(5, 25);
        return programme::fallback::vulnerableOf(m_programme, programme::analyseContingency(m_programme, m_today, m_last, {},
                                                                       [&](double done, const char* text) {
                                                                           analysis.checkCancelled();
                                                                           analysis.progress(100 * done, text);
                                                                       }));
    }

    std::vector<PlanResult> plan(const programme::fallback::Vulnerable& vulnerable) {
        const auto policy = programme::store::readDutyPolicy(m_db).policy;
        const auto make = [&](programme::fallback::Scenario scenario, const programme::fallback::PlanStep& step) {
            return makePlan(m_programme, scenario, vulnerable, m_today, m_last, policy, step);
        };
        task::ProgressScope part = m_context.scope(25, 95);
        int told = -1; // whole percent
        return programme::fallback::makePlans(make, [&](double done, const char* name) {
            part.checkCancelled();
            if (int(100 * done) == told)
                return;
            told = int(100 * done);
            part.progress(100 * done, name);
        });
    }

    static base::Json resultOf(const programme::Programme& published, const programme::fallback::Plan& plan,
                               const std::string& id) {
        const auto& rule = ruleOf(plan.scenario);
        base::Json result = base::Json::object();
        result["id"] = id;
        result["name"] = rule.name;
        result["valid_until"] = base::formatDate(plan.to);
        result["coverage_rate"] = programme::orNull(plan.met.ratio());
        if (!plan.met.ratio())
            result["coverage_unknown_reason"] = kNoDemand;
        result["coverage_greedy"] = programme::orNull(plan.greedy.ratio());
        result["coverage_exact"] = programme::orNull(plan.exact.ratio());
        result["coverage_goal"] = rule.goal;
        result["method"] = toText(plan.method);
        result["services_reduced"] = rule.servicesReduced;
        result["gap_count"] = plan.shortages.size();
        result["gaps"] = gapSummary(published, plan, kGapsInResult);
        result["assignments"] = plan.takeovers.size();
        return result;
    }

    task::Outcome outcomeOf(const std::vector<PlanResult>& results) {
        const auto generations = programme::store::readGenerations(m_db);
        task::Outcome outcome;
        base::Json byScenario = base::Json::object();
        int computed = 0;
        for (const PlanResult& result : results) {
            base::Json& entry = byScenario[toText(result.scenario)];
            if (!result.plan) {
                entry = {{"error", result.error}};
                m_context.log(base::LogLevel::Error,
                              std::string("The scenario ") + toText(result.scenario) + " failed: " + result.error);
                continue;
            }
            const std::string id = base::newUuidV7(m_now);
            entry = resultOf(m_programme, *result.plan, id);
            addFallback(outcome.changes, m_programme, *result.plan, id, generations, m_context, m_now);
            ++computed;
        }
        if (computed == 0)
            return task::Outcome::permanentFailure("computation_failed", "no scenario could be worked out: " +
                                                                             results.front().error);
        outcome.result = base::Json::object();
        outcome.result["timestamp"] = base::formatInstant(m_now);
        outcome.result["period"] = {{"start", base::formatDate(m_today)}, {"end", base::formatDate(m_last)}};
        outcome.result["scenarios_computed"] = computed;
        outcome.result["scenarios_failed"] = int(results.size()) - computed;
        outcome.result["results"] = std::move(byScenario);
        outcome.result["alert"] = toDocument(alertOf(results));
        return outcome;
    }

    /// Said when a scenario covers less than 70 % or fails, when there are more of them, and when all are well again.
    std::optional<Alert> alertOf(const std::vector<PlanResult>& results) const {
        std::vector<std::string> poor;
        for (const PlanResult& result : results)
            if (!result.plan)
                poor.push_back(std::string(ruleOf(result.scenario).name) + " could not be worked out");
            else if (isPoor(result.plan->met.ratio()))
                poor.push_back(std::string(ruleOf(result.scenario).name) + " covers " +
                               percentText(*result.plan->met.ratio()));
        std::optional<int> before;
        for (const auto& card : programme::store::readFallbacks(m_db, m_now))
            if (!card.superseded)
                before = before.value_or(0) + (isPoor(card.coverage) ? 1 : 0);
        Alert alert;
        alert.kind = kFallbackAlert;
        alert.rank = int(poor.size());
        alert.transition = programme::alertTransition(
            before, alert.rank, programme::store::readPastAlert(m_db, kFallbackAlert), m_now);
        if (alert.transition.empty())
            return std::nullopt;
        alert.level = poor.empty() ? "info" : "warning";
        alert.status = poor.empty() ? "covered" : "poor coverage";
        alert.message = poor.empty() ? "Every fallback schedule covers 70 % or more again"
                                     : "Fallback schedules would not carry: " + base::joined(poor);
        alert.details["poor_scenarios"] = poor;
        return alert;
    }

    core::store::Connection& m_db;
    task::TaskContext& m_context;
    const base::Instant m_now;
    const base::Date m_today;
    base::Date m_last;
    programme::Programme m_programme;
};

} // namespace

task::TaskType fallbackPrecomputeTask() {
    task::TaskType type;
    type.id = "resilience_fallback_precompute";
    type.celeryName = "app.resilience.tasks.precompute_fallback_schedules";
    type.queue = "resilience";
    type.title = "Precompute fallback schedules";
    type.description = "Works out who takes over what in seven kinds of crisis, so that a schedule is at hand at once";
    type.parameters = task::ParameterSchema({daysAheadParameter(7, 180)});
    type.retry = task::RetryPolicy::fixed(1, base::seconds(600));
    type.concurrency = 1;
    type.expectedDuration = "5-10 minutes";
    type.resultSchema = resultSchema({{"timestamp", "string"},
                                      {"period", "object"},
                                      {"scenarios_computed", "integer"},
                                      {"scenarios_failed", "integer"},
                                      {"results", "object"},
                                      {"alert", "object?"}});
    type.run = [](const base::Json& params, task::TaskContext& context) {
        return onSnapshot(context,
                          [&](core::store::Connection& db) { return FallbackPrecompute(db, params, context).run(); });
    };
    return type;
}

} // namespace core::packs::resilience
