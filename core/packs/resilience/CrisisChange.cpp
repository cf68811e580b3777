#include "core/packs/resilience/CrisisChange.h"

#include "core/base/Text.h"
#include "core/packs/Reading.h"
#include "core/programme/LoadShedding.h"
#include "core/programme/OrNull.h"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace core::packs::resilience {

void addShedding(task::Outcome& outcome, const task::TaskContext& context, base::Instant now,
                 const programme::store::ShedState& before, const ShedDecision& decision) {
    task::Change state;
    state.kind = task::ChangeKind::Update;
    state.table = "shed_state";
    state.where["id"] = 1;
    state.where["version"] = before.version;
    state.expectRows = 1;
    state.values["level"] = decision.toLevel;
    state.values["categories"] = base::Json(programme::shedCategoriesAt(decision.toLevel));
    state.values["version"] = before.version + 1;
    state.values["updated_at"] = secondsText(now);
    state.values["updated_by"] = decision.approver;
    outcome.changes.changes.push_back(std::move(state));

    task::Change event;
    event.table = "shed_event";
    event.values["at"] = secondsText(now);
    event.values["crisis_id"] = programme::orNull(decision.crisisId);
    event.values["from_level"] = before.level;
    event.values["to_level"] = decision.toLevel;
    event.values["reason"] = decision.reason;
    event.values["approval_method"] = decision.approvalMethod;
    event.values["approver"] = decision.approver;
    event.values["utilization_before"] = programme::orNull(decision.figures.utilizationBefore);
    event.values["utilization_after"] = programme::orNull(decision.figures.utilizationAfter);
    event.values["affected"] = base::Json::array();
    for (const programme::ShedActivity& activity : decision.affected)
        event.values["affected"].push_back(programme::toDocument(activity));
    event.values["task_id"] = context.taskId();
    outcome.changes.changes.push_back(std::move(event));
}

std::vector<std::string> activityTexts(const std::vector<programme::ShedActivity>& activities) {
    std::vector<std::string> texts;
    for (const programme::ShedActivity& activity : activities) {
        const int tenths = int(std::lround(activity.halfDaysPerWeek * 10));
        texts.push_back(activity.name + " (" + std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) +
                        " half-days a week)");
    }
    return texts;
}

bool sameName(const std::string& a, const std::string& b) {
    const std::string left = base::trimmed(a), right = base::trimmed(b);
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(), [](unsigned char x, unsigned char y) {
               return std::tolower(x) == std::tolower(y);
           });
}

} // namespace core::packs::resilience
