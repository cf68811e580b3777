#pragma once

#include "core/programme/DayText.h"
#include "core/programme/HubScore.h"
#include "core/programme/Substitutes.h"

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace core::programme {

/// What the loss of somebody means for one service.
struct ServiceAtRisk {
    std::string service;
    int affected = 0;      ///< half-days (and nights) that would be short
    int irreplaceable = 0; ///< of these, without any substitute
    bool sole = false;     ///< nobody else who is in the programme is qualified at all
    std::vector<HalfDay> when; ///< the irreplaceable ones, in their order
};

/// What came of looking at one colleague for the affected half-days of a loss: how many of each answer.
struct Candidate {
    int person = -1;
    std::array<int, kStandIns> answers{}; ///< by StandIn; their sum is the number of affected half-days
    double mostHours = 0;  ///< hours in the fullest week, with the half-day, of those they may take
    int mostHalfDays = 0;  ///< half-days in the fullest week, likewise

    int halfDays() const { return answers[size_t(StandIn::Allowed)]; }
};

/// A half-day that nobody can take, and for everybody the reason.
struct OpenHalfDay {
    std::string service;
    HalfDay when;
    std::vector<std::pair<int, StandIn>> rejected; ///< all other faculty, by id
};

/// The loss of one faculty member (N-1).
struct Vulnerability {
    int person = -1;
    int assignments = 0;   ///< own half-days and nights in required services
    double share = 0;      ///< of all faculty assignments in required services, 0..1
    int affected = 0, irreplaceable = 0; ///< slots: a service in a half-day
    std::vector<ServiceAtRisk> services; ///< the worst first
    std::vector<Candidate> substitutes;  ///< everybody who may take at least one; by half-days, then the emptier week, then id
    std::vector<Candidate> rejected;     ///< everybody else of the faculty, by id
    std::vector<OpenHalfDay> open;       ///< the irreplaceable ones
    std::string severity; ///< critical: something irreplaceable; high: > 5 affected; medium: 1–5; low: none
};

/// A slot that stays short.
struct ShortSlot {
    std::string service;
    HalfDay when;
    bool operator==(const ShortSlot&) const = default;
};

/// The loss of two at once (N-2).
struct FatalPair {
    int first = -1, second = -1; ///< by id
    int affected = 0;
    int uncoverable = 0;      ///< slots that stay short when the substitutes are spread as well as possible
    int beyondSingles = 0;    ///< uncoverable − the slots that are irreplaceable for one of the two alone
    std::vector<std::string> services; ///< of the uncoverable slots
    std::vector<ShortSlot> open;       ///< the uncoverable slots, in their order
    std::string severity;     ///< by uncoverable / affected: > 20 % critical; > 10 % or > 10 slots high; > 5 % or > 5 medium
};

/// How much hangs on one faculty member, 0..1:
/// .30 × services covered / all services + .30 × uniquely covered / covered + .20 / (1 + mean alternatives per service)
/// + .20 × own assignments / the most that anybody has. A service counts when faculty are needed in it in the period; it
/// is covered by whoever serves it at least once, and uniquely where nobody else is qualified.
struct Criticality {
    int person = -1;
    double score = 0;
    int servicesCovered = 0, servicesSole = 0;
    /// Other qualified faculty per covered service: of its requirements that they serve, where there are the fewest.
    double meanAlternatives = 0;
    HubScore hub; ///< the graph version, over all who serve
};

/// What breaks next when a group is lost.
struct CascadeCase {
    std::vector<int> lost;
    int waves = 0;
    std::vector<int> failed;
    double finalCoverage = 1;
    bool catastrophic = false;
};

/// A count that warns of a sudden loss of order.
struct LeadingIndicator {
    std::string name;  ///< utilization, schedule_changes_7d, critical_n1, fatal_pairs
    double value = 0;
    std::string level; ///< none, medium, high, critical
    std::string text;  ///< for people
};

/// What the analysis takes from elsewhere.
struct ContingencySignals {
    std::optional<double> utilization; ///< ratio of the next 7 days; absent: not known
    int changesLastWeek = 0;           ///< assignment edits in 7 days, made less than 14 days before the shift
};

struct ContingencyReport {
    base::Date from{}, to{};
    std::optional<bool> n1Pass, n2Pass;
    std::string unknownReason; ///< why one or both are absent
    std::vector<Vulnerability> vulnerabilities; ///< every analysed faculty member, the worst first
    std::vector<FatalPair> fatalPairs;          ///< the worst first
    int pairsChecked = 0;
    std::vector<Criticality> criticality; ///< highest first
    std::vector<CascadeCase> cascade;     ///< of the five most critical, and of the two most critical together
    int lossesFollowed = 0, lossesThatSpread = 0; ///< single losses: of everybody; of these, with further failures
    std::vector<LeadingIndicator> indicators;
    std::string phaseRisk = "low"; ///< low, medium, high, critical by the number of indicators that warn
    std::vector<std::string> recommendations;

    int criticalCount() const;
};

/// Called between steps with the share done, 0..1; it may throw to stop.
using ContingencyStep = std::function<void(double done, const char* text)>;

/// N-1 and N-2 over the required services of [from, to], every faculty member and every pair.
///
/// A **slot** is one requirement in one half-day or night (`slotsBetween`); who serves it is in `Slot::faculty`.
/// **Affected** by the loss of f is a slot that f serves and in which the others who serve it are fewer than needed; slots
/// that f does not serve are never affected, and a need of nothing never is. A **substitute** is anybody for whom
/// `Substitutes::judge` says Allowed: regular faculty (not adjunct), in the programme, qualified, not absent, not serving
/// another required slot, own clinic or other clinical work in that half-day, not on a granted day off or the Friday after
/// FMIT, not after a night of duty, at most 12 half-days × FTE and at most 80 h in that week (Monday to Sunday) with the
/// slot. Protected time gives way. **Irreplaceable** is an affected slot without a substitute.
///
/// For a pair, a slot is affected that one or both serve and in which the rest are fewer than needed; its open units are
/// what is missing, rounded up, at most as many as were lost. In each half-day every substitute other than the two steps in
/// on one rotation (at night: on call) and counts for one unit in each of its slots that they may take. **Uncoverable** are
/// the slots that stay short when as few as possible do. A pair is fatal when there is one.
///
/// Without faculty assignments in required services nothing can be said, and nothing of two where only one serves: absent,
/// with a reason.
ContingencyReport analyseContingency(const Programme& programme, base::Date from, base::Date to,
                                     const ContingencySignals& signals, const ContingencyStep& step);

} // namespace core::programme
