#pragma once

#include "core/programme/Programme.h"

#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace core::programme::fallback {

/// What a fallback schedule is made for (domain 3.6).
enum class Scenario { SingleLoss, DoubleLoss, PcsSeason, HolidaySkeleton, Pandemic, MassCasualty, Weather };
inline constexpr std::array<Scenario, 7> kScenarios{Scenario::SingleLoss,      Scenario::DoubleLoss,
                                                    Scenario::PcsSeason,       Scenario::HolidaySkeleton,
                                                    Scenario::Pandemic,        Scenario::MassCasualty,
                                                    Scenario::Weather};

/// `1_faculty_loss`, `2_faculty_loss`, `pcs_season_50_percent`, `holiday_skeleton`, `pandemic_essential_only`,
/// `mass_casualty_event`, `weather_emergency`.
const char* toText(Scenario scenario);
std::optional<Scenario> scenarioFromText(std::string_view text);

/// Clinics that a scenario does without; the obstetric ones go on in all but a mass casualty.
enum class ClinicsShed {
    None,
    NonUrgent, ///< own sessions of the faculty, virtual and specialty clinics
    Routine    ///< the continuity clinic too
};

/// What a scenario does without, whatever load shedding is in force when it is worked out.
struct Shedding {
    std::set<int> categories;        ///< of the sacrifice hierarchy, 1..7
    bool electiveProcedures = false; ///< whatever needs a procedure credential
    ClinicsShed clinics = ClinicsShed::None;

    /// Work on this rotation is done without; time off never is.
    bool covers(const Rotation& rotation) const;
    /// By the requirement's own category, and by what its rotation is.
    bool covers(const Programme& programme, const Requirement& requirement) const;
};

/// One line of the table of domain 3.6.
struct ScenarioRule {
    Scenario scenario = Scenario::SingleLoss;
    const char* name = "";        ///< `Single faculty loss`
    const char* description = ""; ///< who is away and what is done without, for people
    double goal = 1;              ///< coverage that it should reach, 0..1
    std::vector<std::string> servicesReduced; ///< `research time` …
    Shedding shedding;
};
const ScenarioRule& ruleOf(Scenario scenario);

} // namespace core::programme::fallback
