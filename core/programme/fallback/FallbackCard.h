#pragma once

#include "core/base/Json.h"
#include "core/programme/DayText.h"
#include "core/programme/fallback/Scenario.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace core::programme::fallback {

/// A fallback schedule on record, as the list shows it.
struct FallbackCard {
    std::string id;
    Scenario scenario = Scenario::SingleLoss;
    std::string name, description;
    base::Instant createdAt{};
    base::Date validFrom{}, validUntil{}; ///< inclusive, local days of the programme
    base::Json assumptions;               ///< who is away and why; an object
    std::vector<std::string> servicesReduced;
    /// Ratios 0..1 over the validity: of the schedule on record; of the two ways in which it was tried; of what remains
    /// when nobody steps in; of the published schedule. Absent when nothing is required then.
    std::optional<double> coverage, greedyCoverage, exactCoverage, keptCoverage, publishedCoverage;
    std::string unknownReason; ///< why `coverage` is absent
    double goal = 1;           ///< coverage that the scenario should reach
    std::string method;        ///< greedy, exact
    int gapCount = 0;          ///< half-days of a service and role that stay short
    int assignmentCount = 0;   ///< half-days and nights that somebody takes over
    int64_t generation = 0;    ///< by scenario, from 1
    bool superseded = false;   ///< there is a newer generation
    bool active = false;
    std::optional<base::Instant> activatedAt; ///< the last time
    int activationCount = 0;
    std::string crisisId;      ///< for which it is active; empty: by itself, or not active
    std::string activatedBy, approvedBy, reason; ///< of the last activation
    int64_t version = 0;       ///< a change names the version that was seen
    bool stale = false;        ///< `validUntil` has passed, at the time of reading
    int ageDays = 0;           ///< whole days since `createdAt`, at the time of reading
};

/// What a half-day of a service lacks.
struct FallbackGap {
    HalfDay when;
    std::string service;
    std::string role; ///< faculty, resident
    int category = 3; ///< of the sacrifice hierarchy
    double missing = 0; ///< persons
    std::string reason; ///< why nobody: `4 assigned elsewhere, 2 absent`
};

/// Somebody who takes over.
struct FallbackDuty {
    HalfDay when;
    std::string personId, personName;
    std::string role;     ///< faculty, resident
    std::string rotation; ///< abbreviation; empty: on call
    std::string service;
    std::string replaces; ///< abbreviation of what gives way; empty: they are free then
    bool call = false;    ///< a night on call
};

/// One day of a fallback schedule: only what differs from the published one, and what stays short.
struct FallbackDay {
    base::Date date{};
    std::vector<FallbackDuty> duties; ///< by half, service, person
    std::vector<FallbackGap> gaps;
};

struct FallbackDetail {
    FallbackCard card;
    std::vector<FallbackDay> days; ///< those with something in them
};

base::Json toDocument(const FallbackCard& card);
base::Json toDocument(const FallbackGap& gap);
base::Json toDocument(const FallbackDuty& duty);
/// The card's fields and `days` [{date, assignments, gaps}].
base::Json toDocument(const FallbackDetail& detail);

} // namespace core::programme::fallback
