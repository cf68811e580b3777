#include "core/packs/resilience/FallbackRows.h"

#include "core/packs/Reading.h"
#include "core/programme/OrNull.h"
#include "core/programme/fallback/Record.h"

namespace core::packs::resilience {

namespace {

using programme::fallback::Plan;
using programme::store::KeptGeneration;

task::Change fallbackChange(task::ChangeKind kind, const KeptGeneration& generation) {
    task::Change change;
    change.kind = kind;
    change.table = "fallback_schedule";
    change.where["id"] = generation.id;
    return change;
}

/// One that was put in force in the meantime stays.
void addOlder(task::ChangeSet& changes, const std::vector<KeptGeneration>& older) {
    for (size_t i = 0; i < older.size(); ++i) {
        if (!older[i].superseded) {
            task::Change superseded = fallbackChange(task::ChangeKind::Update, older[i]);
            superseded.values["superseded"] = true;
            changes.changes.push_back(std::move(superseded));
        }
        if (i + 1 >= kFallbackGenerations && !older[i].active) {
            task::Change gone = fallbackChange(task::ChangeKind::Delete, older[i]);
            gone.where["is_active"] = 0;
            changes.changes.push_back(std::move(gone));
        }
    }
}

task::Change scheduleRow(const programme::Programme& published, const Plan& plan) {
    const programme::fallback::ScenarioRule& rule = ruleOf(plan.scenario);
    task::Change row;
    row.table = "fallback_schedule";
    row.values["scenario"] = toText(plan.scenario);
    row.values["name"] = rule.name;
    row.values["description"] = rule.description;
    row.values["valid_from"] = base::formatDate(plan.from);
    row.values["valid_until"] = base::formatDate(plan.to);
    row.values["assumptions_json"] = plan.loss.assumptions;
    row.values["services_reduced_json"] = rule.servicesReduced;
    row.values["coverage_rate"] = programme::orNull(plan.met.ratio());
    row.values["coverage_unknown_reason"] = plan.met.ratio() ? base::Json() : base::Json(kNoDemand);
    row.values["coverage_greedy"] = programme::orNull(plan.greedy.ratio());
    row.values["coverage_exact"] = programme::orNull(plan.exact.ratio());
    row.values["coverage_kept"] = programme::orNull(plan.kept.ratio());
    row.values["coverage_published"] = programme::orNull(plan.published.ratio());
    row.values["coverage_goal"] = rule.goal;
    row.values["method"] = toText(plan.method);
    row.values["gap_count"] = plan.shortages.size();
    row.values["gaps_json"] = gapsRecord(published, plan);
    row.values["assignment_count"] = plan.takeovers.size();
    return row;
}

} // namespace

void addFallback(task::ChangeSet& changes, const programme::Programme& published, const Plan& plan,
                 const std::string& id, const std::vector<KeptGeneration>& generations,
                 const task::TaskContext& context, base::Instant now) {
    std::vector<KeptGeneration> older;
    for (const KeptGeneration& generation : generations)
        if (generation.scenario == plan.scenario)
            older.push_back(generation);
    addOlder(changes, older);
    const auto duties = takeoversRecord(published, plan);
    task::Change row = scheduleRow(published, plan);
    row.values["id"] = id;
    row.values["created_at"] = secondsText(now);
    row.values["generation"] = older.empty() ? int64_t(1) : older.front().generation + 1;
    row.values["task_id"] = context.taskId();
    changes.changes.push_back(std::move(row));
    for (const programme::Person& person : published.people) {
        const auto found = duties.find(person.id);
        if (found == duties.end())
            continue;
        task::Change takesOver;
        takesOver.table = "fallback_assignment";
        takesOver.values["fallback_id"] = id;
        takesOver.values["person_id"] = person.id;
        takesOver.values["role"] = toText(person.type);
        takesOver.values["duty_count"] = found->second.size();
        takesOver.values["duties_json"] = found->second;
        changes.changes.push_back(std::move(takesOver));
    }
}

} // namespace core::packs::resilience
