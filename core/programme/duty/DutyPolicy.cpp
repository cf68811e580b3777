#include "core/programme/duty/DutyPolicy.h"

#include "core/programme/OrNull.h"
#include "core/programme/Words.h"

#include <variant>

namespace core::programme::duty {

using base::Error;
using base::ErrorCode;
using base::FieldError;
using base::Json;
using task::Parameter;
using task::ParameterKind;

namespace {

constexpr Word<DayOffMode> kDayOffModes[] = {{DayOffMode::Calendar, "calendar"},
                                             {DayOffMode::Continuous24, "continuous24"}};
constexpr const char* kDayOffModeName = "day_off_mode";

/// A setting that is a number: one line is all there is to add.
struct NumberSetting {
    const char* name;
    std::variant<double DutyPolicy::*, int DutyPolicy::*> member;
    double least, most;
    const char* unit;
    const char* title;
    const char* description;
};

const NumberSetting kNumbers[] = {
    {"h80_limit", &DutyPolicy::h80Limit, 40, 100, "h/week", "Weekly limit", "Averaged over four weeks; the rule is 80"},
    {"h80_warning", &DutyPolicy::h80Warning, 30, 100, "h/week", "Weekly warning",
     "Above it a four-week average is a warning"},
    {"h80_watch", &DutyPolicy::h80Watch, 20, 100, "h/week", "Weekly watch", "Above it a four-week average is watched"},
    {"near_yellow", &DutyPolicy::nearYellow, 20, 100, "h/week", "Close to the limit",
     "From here on somebody is listed as near the limit"},
    {"near_orange", &DutyPolicy::nearOrange, 20, 100, "h/week", "Very close to the limit",
     "From here on the gauge is orange; at the limit it is red"},
    {"week_watch", &DutyPolicy::weekWatch, 20, 168, "h", "Single week watch", "Hours in any seven days"},
    {"week_attention", &DutyPolicy::weekAttention, 20, 168, "h", "Single week attention",
     "Hours in any seven days; not itself a violation"},
    {"consecutive_days", &DutyPolicy::consecutiveDays, 1, 7, "days", "Days in a row",
     "More days worked in a row are a warning"},
    {"longest_streak", &DutyPolicy::longestStreak, 6, 28, "days", "Longest streak",
     "More days worked in a row are a violation of policy"},
    {"continuous_hours", &DutyPolicy::continuousHours, 12, 24, "h", "Continuous duty",
     "Hours without a break; the rule is 24"},
    {"handoff_hours", &DutyPolicy::handoffHours, 0, 4, "h", "Handoff",
     "Hours that may follow for transitions; the rule is 4"},
    {"rest_after_continuous_hours", &DutyPolicy::restAfterContinuousHours, 14, 24, "h", "Rest after continuous duty",
     "Hours free after 24 hours of duty; the rule is 14"},
    {"rest_hours", &DutyPolicy::restHours, 8, 16, "h", "Rest between periods",
     "Hours that should be free between scheduled periods; the rule is 8"},
    {"call_every_nights", &DutyPolicy::callEveryNights, 3, 14, "nights", "Call frequency",
     "In-house call no more often than every so many nights, averaged over four weeks; the rule is 3"},
    {"night_float_nights", &DutyPolicy::nightFloatNights, 1, 14, "nights", "Nights in a row",
     "More nights of night float in a row are noted"},
    {"moonlighting_week_hours", &DutyPolicy::moonlightingWeekHours, 0, 80, "h", "Moonlighting",
     "More hours in any seven days are a warning"},
    {"merge_gap_minutes", &DutyPolicy::mergeGapMinutes, 0, 59, "min", "Merging",
     "Stretches of duty no farther apart are one"},
    {"pgy1_per_faculty", &DutyPolicy::pgy1PerFaculty, 1, 8, "residents", "PGY-1 per attending",
     "Supervised by one attending"},
    {"seniors_per_faculty", &DutyPolicy::seniorsPerFaculty, 1, 8, "residents", "Seniors per attending",
     "PGY-2 and above, supervised by one attending"},
};

Parameter parameterOf(const NumberSetting& setting) {
    Parameter parameter;
    parameter.name = setting.name;
    parameter.title = setting.title;
    parameter.description = setting.description;
    parameter.kind =
        std::holds_alternative<int DutyPolicy::*>(setting.member) ? ParameterKind::Integer : ParameterKind::Number;
    parameter.minimum = setting.least;
    parameter.maximum = setting.most;
    parameter.unit = setting.unit;
    return parameter;
}

void requireOrder(const char* lower, double lowerValue, const char* upper, double upperValue,
                  std::vector<FieldError>& wrong) {
    if (lowerValue > upperValue)
        wrong.push_back({lower, std::string(lower) + " (" + Json(lowerValue).dump() + ") must not be above " + upper +
                                    " (" + Json(upperValue).dump() + ")"});
}

std::vector<FieldError> disorder(const DutyPolicy& policy) {
    std::vector<FieldError> wrong;
    requireOrder("h80_warning", policy.h80Warning, "h80_limit", policy.h80Limit, wrong);
    requireOrder("h80_watch", policy.h80Watch, "h80_warning", policy.h80Warning, wrong);
    requireOrder("near_orange", policy.nearOrange, "h80_limit", policy.h80Limit, wrong);
    requireOrder("near_yellow", policy.nearYellow, "near_orange", policy.nearOrange, wrong);
    requireOrder("week_watch", policy.weekWatch, "week_attention", policy.weekAttention, wrong);
    requireOrder("consecutive_days", policy.consecutiveDays, "longest_streak", policy.longestStreak, wrong);
    return wrong;
}

} // namespace

const char* toText(DayOffMode mode) {
    return wordOf(kDayOffModes, mode);
}

task::ParameterSchema dutyPolicySchema() {
    std::vector<Parameter> parameters;
    for (const NumberSetting& setting : kNumbers)
        parameters.push_back(parameterOf(setting));
    Parameter mode;
    mode.name = kDayOffModeName;
    mode.title = "Day off";
    mode.description = "A free calendar day, or any 24 hours without a break";
    mode.kind = ParameterKind::Choice;
    for (const auto& word : kDayOffModes)
        mode.choices.push_back(word.text);
    parameters.push_back(std::move(mode));
    return task::ParameterSchema(std::move(parameters));
}

base::Result<DutyPolicy> changedPolicy(const DutyPolicy& policy, const Json& changes) {
    const auto checked = dutyPolicySchema().validate(changes);
    if (!checked)
        return checked.error();
    DutyPolicy changed = policy;
    for (const NumberSetting& setting : kNumbers)
        if (const auto found = checked->find(setting.name); found != checked->end())
            std::visit([&](auto member) { found->get_to(changed.*member); }, setting.member);
    if (const auto mode = checked->find(kDayOffModeName); mode != checked->end())
        changed.dayOffMode = *valueOf(kDayOffModes, mode->get_ref<const std::string&>());
    if (std::vector<FieldError> wrong = disorder(changed); !wrong.empty()) {
        const std::string first = wrong.front().message;
        return Error{ErrorCode::InvalidParams, first, "Change both together", std::move(wrong)};
    }
    return changed;
}

Json toDocument(const DutyPolicy& policy) {
    Json document = Json::object();
    for (const NumberSetting& setting : kNumbers)
        std::visit([&](auto member) { document[setting.name] = policy.*member; }, setting.member);
    document[kDayOffModeName] = toText(policy.dayOffMode);
    return document;
}

Json toDocument(const PolicyInForce& inForce) {
    Json document = Json::object();
    document["policy"] = toDocument(inForce.policy);
    document["version"] = inForce.version;
    document["updated_by"] = orNull(inForce.updatedBy);
    document["updated_at"] = orNull(inForce.updatedAt);
    return document;
}

} // namespace core::programme::duty
