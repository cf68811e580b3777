#pragma once

#include "core/programme/Slots.h"

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
    bool sole = false;     ///< nobody else on the faculty is qualified at all
};

/// Somebody who could take over, and how often.
struct Substitute {
    int person = -1;
    int halfDays = 0; ///< of the affected ones, in which they are free and within their limits
};

/// The loss of one faculty member (N-1).
struct Vulnerability {
    int person = -1;
    int assignments = 0;   ///< own half-days and nights in required services
    double share = 0;      ///< of all faculty assignments in required services, 0..1
    int affected = 0, irreplaceable = 0;
    std::vector<ServiceAtRisk> services;
    std::vector<Substitute> substitutes; ///< the best, at most 3
    std::string severity; ///< critical: something irreplaceable; high: > 5 affected; medium: 1–5; low: none
};

/// The loss of two at once (N-2).
struct FatalPair {
    int first = -1, second = -1;
    int affected = 0;
    int uncoverable = 0;      ///< half-days that nobody can take, with every substitute used once
    int beyondSingles = 0;    ///< of these, ones that either loss alone would leave covered
    std::vector<std::string> services; ///< of the uncoverable half-days
    std::string severity;     ///< critical, high, medium, low by uncoverable / affected
};

/// How much hangs on one faculty member, 0..1.
struct Criticality {
    int person = -1;
    double score = 0;
    int servicesCovered = 0, servicesSole = 0;
    double meanAlternatives = 0; ///< other qualified faculty per covered service
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
    std::string unknownReason; ///< why the two are absent
    std::vector<Vulnerability> vulnerabilities; ///< every analysed faculty member, the worst first
    std::vector<FatalPair> fatalPairs;          ///< the worst first
    int pairsChecked = 0;
    std::vector<Criticality> criticality; ///< highest first
    std::vector<CascadeCase> cascade;
    std::vector<LeadingIndicator> indicators;
    std::string phaseRisk = "low"; ///< low, medium, high, critical by the number of indicators that warn
    std::vector<std::string> recommendations;

    int criticalCount() const;
};

/// Called between steps with the share done, 0..1; it may throw to stop.
using ContingencyStep = std::function<void(double done, const char* text)>;

/// N-1 and N-2 over the required services of [from, to], every faculty member and every pair.
///
/// A half-day is affected by the loss of f when f serves it and the others who do are fewer than needed. A substitute
/// is on the regular faculty (not adjunct), qualified, present, not on another required service or own clinic in that
/// half-day, not on a day off, not after a night on call, below 12 half-days × FTE in that week, and below 80 h in it
/// with the slot. Protected time gives way. For a pair, the half-days that both losses leave open are matched with
/// distinct substitutes. Without faculty assignments in required services nothing can be said: absent, with a reason.
ContingencyReport analyseContingency(const Programme& programme, base::Date from, base::Date to,
                                     const ContingencySignals& signals, const ContingencyStep& step);

} // namespace core::programme
