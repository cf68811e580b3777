#pragma once

#include "core/programme/DayText.h"
#include "core/programme/duty/DutyPolicy.h"
#include "core/programme/fallback/Loss.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace core::programme::fallback {

/// How the vacancies of a half-day are filled: one after the other, or by a matching where that fills more.
enum class Method { Greedy, Exact };
/// `greedy`, `exact`.
const char* toText(Method method);

/// Somebody takes over a half-day of a service, or a night.
struct Takeover {
    HalfDay when;
    int person = -1;
    int requirement = -1;    ///< that it is for, position in Programme::requirements
    int rotation = -1;       ///< that the person is put on; -1: on call
    AssignmentRole role = AssignmentRole::Primary;
    int replaces = -1;       ///< the rotation that gives way; -1: none, they were free
    bool isCall() const { return rotation < 0; }
};

/// A service that stays short in a half-day.
struct Shortage {
    HalfDay when;
    int requirement = -1;
    PersonType role = PersonType::Faculty;
    double missing = 0; ///< persons
    std::string reason; ///< `4 assigned elsewhere, 2 absent`
};

/// Need and what is met, in person half-days.
struct Met {
    double needed = 0, covered = 0;
    /// min(1, covered / needed); absent when nothing is needed.
    std::optional<double> ratio() const;
};

/// A fallback schedule: what of the published one is kept is not repeated in it.
struct Plan {
    Scenario scenario = Scenario::SingleLoss;
    base::Date from{}, to{};
    Loss loss;
    Method method = Method::Greedy;   ///< the one that covers more
    std::vector<Takeover> takeovers;  ///< by half-day, then requirement, then the person's id
    std::vector<Shortage> shortages;  ///< by half-day and requirement, residents first
    Met met;                          ///< of this plan
    Met greedy, exact;                ///< of the two methods
    Met kept;                         ///< when nobody steps in
    Met published;                    ///< of the published schedule, with nobody lost and nothing shed
};

/// The programme with the plan in it: what is kept, and who takes over. `published` as it was given to `makePlan`.
Programme planned(const Programme& published, const Plan& plan);

/// Called between days with the share done, 0..1; it may throw to stop.
using PlanStep = std::function<void(double done)>;

/// Works out the scenario's schedule for [from, to] (domain 3.6, [B] generator). The programme should hold four weeks before
/// `from`, over which hours are averaged; it is what they are known for.
///
/// Demand is what `slotsBetween` finds in the reduced programme (`reduced`). Half-day after half-day, and in each the
/// vacancies by category (1 first), then the smaller pool of candidates, then service and requirement: whoever
/// may take it (`DutyBook`, and qualified) takes it, the one with the least hours in the week for their FTE first, then the
/// less critical, then by id. Residents come before faculty, whose need follows from the residents in a clinic; beyond the
/// most PGY-1 that a service may have only seniors step in. Whoever takes a place counts in each service of it:
/// a rotation in a half-day, or the night's call. `Exact` fills a half-day by a matching where that fills more than the greedy way. Coverage is counted again from the finished schedule; the method that covers more is the plan, greedy
/// at a tie.
Plan makePlan(const Programme& published, Scenario scenario, const Vulnerable& vulnerable, base::Date from,
              base::Date to, const duty::DutyPolicy& policy, const PlanStep& step);

} // namespace core::programme::fallback
