#include "core/programme/Defense.h"

#include "core/programme/OrNull.h"
#include "core/programme/Words.h"

#include <algorithm>

namespace core::programme {

namespace {

/// Sums of fractions of half-days must not fall below a bound by rounding alone.
constexpr double kCoverageTolerance = 1e-9;

constexpr Word<DefenseLevel> kDefenseWords[] = {{DefenseLevel::Prevention, "PREVENTION"},
                                                {DefenseLevel::Control, "CONTROL"},
                                                {DefenseLevel::SafetySystems, "SAFETY_SYSTEMS"},
                                                {DefenseLevel::Containment, "CONTAINMENT"},
                                                {DefenseLevel::Emergency, "EMERGENCY"}};

constexpr Word<DefenseLevel> kDefenseColours[] = {{DefenseLevel::Prevention, "green"},
                                                  {DefenseLevel::Control, "yellow"},
                                                  {DefenseLevel::SafetySystems, "orange"},
                                                  {DefenseLevel::Containment, "red"},
                                                  {DefenseLevel::Emergency, "black"}};

/// When an action of a level that is reached begins.
enum class Trigger { Level, AnyGap, Coverage };

struct RegisteredAction {
    DefenseLevel level;
    const char* name;
    const char* text;
    Trigger trigger = Trigger::Level;
    double below = 0; ///< of Trigger::Coverage
};

constexpr RegisteredAction kActions[] = {
    {DefenseLevel::Prevention, "capacity buffer", "Keep a fifth of the capacity free"},
    {DefenseLevel::Prevention, "cross-training", "Cross-train backups for services that hang on few"},
    {DefenseLevel::Prevention, "absence forecasting", "Plan around the absences that are known"},
    {DefenseLevel::Control, "coverage monitoring", "Watch coverage daily and follow up every open slot",
     Trigger::Coverage, 0.95},
    {DefenseLevel::Control, "early warning", "Tell the coordinators early which services run thin", Trigger::Coverage,
     0.90},
    {DefenseLevel::Control, "burnout tracking", "Watch who carries the extra load"},
    {DefenseLevel::SafetySystems, "auto-reassignment", "Reassign free qualified people to the open slots",
     Trigger::AnyGap},
    {DefenseLevel::SafetySystems, "backup activation", "Call the backups"},
    {DefenseLevel::SafetySystems, "overtime authorisation", "Authorise overtime", Trigger::Coverage, 0.85},
    {DefenseLevel::Containment, "service reduction", "Decide on a service reduction", Trigger::Coverage, 0.80},
    {DefenseLevel::Containment, "minimum-service protection", "Protect the minimum service"},
    {DefenseLevel::Containment, "zone isolation", "Keep the shortage from spreading to other services"},
    {DefenseLevel::Emergency, "crisis communication", "Start crisis communication", Trigger::Coverage, 0.70},
    {DefenseLevel::Emergency, "external escalation", "Escalate outside the programme", Trigger::Coverage, 0.60},
    {DefenseLevel::Emergency, "incident documentation", "Document every decision"}};

bool isTriggered(const RegisteredAction& action, double coverage, int gaps) {
    switch (action.trigger) {
    case Trigger::Level: return true;
    case Trigger::AnyGap: return gaps > 0;
    case Trigger::Coverage: return coverage + kCoverageTolerance < action.below;
    }
    return true;
}

} // namespace

const char* toText(DefenseLevel level) {
    return wordOf(kDefenseWords, level);
}

std::optional<DefenseLevel> defenseLevelFromText(std::string_view text) {
    return valueOf(kDefenseWords, text);
}

const char* colourOf(DefenseLevel level) {
    return wordOf(kDefenseColours, level);
}

DefenseLevel recommendedDefense(double coverage) {
    const double c = coverage + kCoverageTolerance;
    if (c >= 0.95)
        return DefenseLevel::Prevention;
    if (c >= 0.90)
        return DefenseLevel::Control;
    if (c >= 0.80)
        return DefenseLevel::SafetySystems;
    return c >= 0.70 ? DefenseLevel::Containment : DefenseLevel::Emergency;
}

DefenseLevel nextDefense(std::optional<DefenseLevel> inForce, std::optional<DefenseLevel> previousRecommended,
                         DefenseLevel recommended) {
    if (!inForce || recommended >= *inForce)
        return recommended;
    if (!previousRecommended || *previousRecommended >= *inForce)
        return *inForce;
    return std::max(recommended, *previousRecommended);
}

base::Result<void> checkAutomation(const DefenseAutomation& automation) {
    if (automation.escalation >= DefenseLevel::SafetySystems)
        return {};
    return base::Error{base::ErrorCode::InvalidParams,
                       "escalation_threshold must be one of SAFETY_SYSTEMS, CONTAINMENT, EMERGENCY",
                       "Choose the first level at which a person decides",
                       {{"escalation_threshold", "must be SAFETY_SYSTEMS, CONTAINMENT or EMERGENCY"}}};
}

base::Json toDocument(const DefenseAutomation& automation) {
    base::Json document = base::Json::object();
    document["auto_activate_defense"] = automation.activateDefense;
    document["auto_activate_fallback"] = automation.activateFallback;
    document["auto_shed_load"] = automation.shedLoad;
    document["escalation_threshold"] = toText(automation.escalation);
    return document;
}

std::vector<DefenseAction> defenseActions(DefenseLevel level, double coverage, int gaps,
                                          const DefenseAutomation& automation) {
    std::vector<DefenseAction> actions;
    for (const RegisteredAction& action : kActions)
        if (action.level <= level && isTriggered(action, coverage, gaps))
            actions.push_back({action.name, action.text, action.level,
                               automation.activateDefense && action.level < automation.escalation});
    return actions;
}

base::Json toDocument(const std::vector<DefenseAction>& actions) {
    base::Json list = base::Json::array();
    for (const DefenseAction& action : actions) {
        base::Json entry = base::Json::object();
        entry["action"] = action.name;
        entry["level"] = int(action.level);
        entry["state"] = action.automatic ? "active" : "needs_decision";
        list.push_back(std::move(entry));
    }
    return list;
}

base::Json toDocument(const DefenseEvent& event) {
    base::Json document = base::Json::object();
    document["at"] = base::formatInstant(event.at);
    document["from"] = event.from ? base::Json(toText(*event.from)) : base::Json();
    document["to"] = toText(event.to);
    document["reason"] = event.reason;
    document["coverage"] = orNull(event.coverage);
    document["by"] = event.by;
    document["actions"] = event.actions;
    return document;
}

} // namespace core::programme
