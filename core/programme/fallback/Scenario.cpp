#include "core/programme/fallback/Scenario.h"

#include "core/programme/Words.h"

namespace core::programme::fallback {

namespace {

constexpr Word<Scenario> kScenarioKeys[] = {{Scenario::SingleLoss, "1_faculty_loss"},
                                            {Scenario::DoubleLoss, "2_faculty_loss"},
                                            {Scenario::PcsSeason, "pcs_season_50_percent"},
                                            {Scenario::HolidaySkeleton, "holiday_skeleton"},
                                            {Scenario::Pandemic, "pandemic_essential_only"},
                                            {Scenario::MassCasualty, "mass_casualty_event"},
                                            {Scenario::Weather, "weather_emergency"}};

constexpr int kContinuityOfCare = 3; ///< the category of clinics
constexpr const char* kUrgentSpecialty = "obstetrics";

bool isElectiveProcedure(const Rotation& rotation) {
    return rotation.requiresProcedureCredential && rotation.shedCategory >= kContinuityOfCare;
}

/// Where residents see their own patients: supervised, and nobody's specialty.
bool isContinuityClinic(const Rotation& rotation) {
    return rotation.supervisionRequired && rotation.requiresSpecialty.empty();
}

bool isShedClinic(const Rotation& rotation, ClinicsShed clinics) {
    if (clinics == ClinicsShed::None || rotation.type != RotationType::Outpatient ||
        rotation.shedCategory != kContinuityOfCare || rotation.requiresProcedureCredential ||
        rotation.requiresSpecialty == kUrgentSpecialty)
        return false;
    return clinics == ClinicsShed::Routine || !isContinuityClinic(rotation);
}

std::array<ScenarioRule, kScenarios.size()> makeRules() {
    const std::set<int> nonEssential{5, 6, 7};
    return {{{Scenario::SingleLoss,
              "Single faculty loss",
              "The faculty member on whom most hangs is lost; nothing is done without",
              0.95,
              {},
              {}},
             {Scenario::DoubleLoss,
              "Double faculty loss",
              "The two whose loss together hurts most are lost; elective procedures are put off",
              0.90,
              {"elective procedures"},
              {{}, true, ClinicsShed::None}},
             {Scenario::PcsSeason,
              "PCS season, 50 % capacity",
              "Departures and the smallest posts take the faculty down to half its capacity",
              0.80,
              {"research time", "optional education", "non-urgent clinics"},
              {{5, 7}, false, ClinicsShed::NonUrgent}},
             {Scenario::HolidaySkeleton,
              "Holiday skeleton",
              "Every day runs as a federal holiday with its minimum crew; everybody else is off",
              1.0,
              {"non-essential", "education", "research", "admin"},
              {{4, 5, 6, 7}, false, ClinicsShed::None}},
             {Scenario::Pandemic,
              "Pandemic, essential only",
              "Three in ten of faculty and residents are ill, drawn by the date",
              0.85,
              {"non-essential", "elective procedures", "routine clinics"},
              {nonEssential, true, ClinicsShed::Routine}},
             {Scenario::MassCasualty,
              "Mass casualty",
              "Everybody is recalled, leave that can be put off too; only emergency services run",
              1.0,
              {"everything non-emergency"},
              {{2, 3, 4, 5, 6, 7}, false, ClinicsShed::None}},
             {Scenario::Weather,
              "Weather emergency",
              "Whoever works off-site, or comes from outside, cannot reach the house for 72 hours",
              0.90,
              {"non-essential", "elective procedures"},
              {nonEssential, true, ClinicsShed::None}}}};
}

} // namespace

const char* toText(Scenario scenario) {
    return wordOf(kScenarioKeys, scenario);
}

std::optional<Scenario> scenarioFromText(std::string_view text) {
    return valueOf(kScenarioKeys, text);
}

bool Shedding::covers(const Rotation& rotation) const {
    if (!rotation.countsAsDuty)
        return false;
    return categories.contains(rotation.shedCategory) || (electiveProcedures && isElectiveProcedure(rotation)) ||
           isShedClinic(rotation, clinics);
}

bool Shedding::covers(const Programme& programme, const Requirement& requirement) const {
    if (categories.contains(requirement.shedCategory))
        return true;
    if (requirement.shedCategory < kContinuityOfCare)
        return false;
    const Rotation* rotation =
        requirement.rotation < 0 ? nullptr : &programme.rotations[size_t(requirement.rotation)];
    if (electiveProcedures &&
        (requirement.requiresProcedureCredential || (rotation && isElectiveProcedure(*rotation))))
        return true;
    return rotation && requirement.requiresSpecialty != kUrgentSpecialty && isShedClinic(*rotation, clinics);
}

const ScenarioRule& ruleOf(Scenario scenario) {
    static const std::array<ScenarioRule, kScenarios.size()> rules = makeRules();
    return rules[size_t(scenario)];
}

} // namespace core::programme::fallback
