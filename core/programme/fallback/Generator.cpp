#include "core/programme/fallback/Generator.h"

#include "core/programme/Slots.h"
#include "core/programme/Words.h"
#include "core/programme/fallback/Roster.h"

#include <algorithm>
#include <set>

namespace core::programme::fallback {

namespace {

constexpr Word<Method> kMethods[] = {{Method::Greedy, "greedy"}, {Method::Exact, "exact"}};
constexpr double kCoverageTolerance = 1e-9;

Met metIn(const std::vector<Slot>& slots) {
    Met met;
    for (const Slot& slot : slots) {
        met.needed += slot.needed();
        met.covered += slot.covered();
    }
    return met;
}

std::vector<Slot> slotsOf(const Programme& programme, base::Date from, base::Date to) {
    return slotsBetween(programme, Presence(programme), from, to);
}

/// Where the row of a takeover stands: nights at the afternoon.
Half rowHalf(const Takeover& takeover) {
    return takeover.when.half == Half::Night ? Half::Pm : takeover.when.half;
}

/// `programme` with people put where they take over; a row without work, and backup duty, give way.
Programme withTakeovers(Programme programme, const std::vector<Takeover>& takeovers) {
    std::set<std::tuple<base::Date, Half, int>> places;
    for (const Takeover& takeover : takeovers)
        if (!takeover.isCall())
            places.insert({takeover.when.date, rowHalf(takeover), takeover.person});
    std::erase_if(programme.assignments,
                  [&](const Assignment& a) { return places.contains({a.date, a.half, a.person}); });
    for (const Takeover& takeover : takeovers)
        if (takeover.isCall())
            programme.calls.push_back({takeover.when.date, takeover.person, CallType::Overnight});
        else
            programme.assignments.push_back(
                {takeover.when.date, rowHalf(takeover), takeover.person, takeover.rotation, takeover.role, {}});
    std::stable_sort(programme.assignments.begin(), programme.assignments.end(),
                     [](const Assignment& a, const Assignment& b) {
                         return std::tie(a.date, a.half, a.person) < std::tie(b.date, b.half, b.person);
                     });
    std::stable_sort(programme.calls.begin(), programme.calls.end(),
                     [](const Call& a, const Call& b) { return a.date < b.date; });
    return programme;
}

bool coversMore(const Met& a, const Met& b) {
    return a.ratio().value_or(1) > b.ratio().value_or(1) + kCoverageTolerance;
}

std::vector<Shortage> shortagesOf(const Programme& programme, const std::vector<Slot>& slots, const Roster& roster) {
    std::vector<Shortage> list;
    for (const Slot& slot : slots) {
        const auto add = [&](PersonType role, double needed, size_t have) {
            const double missing = needed - double(have);
            if (missing <= kCoverageTolerance)
                return;
            const auto found = roster.reasons.find({slot.requirement, slot.day, slot.half, role});
            list.push_back({{programme.days[size_t(slot.day)].date, slot.half},
                            slot.requirement,
                            role,
                            missing,
                            found != roster.reasons.end() ? found->second : "no place to put anybody"});
        };
        add(PersonType::Resident, slot.neededResidents, slot.residents.size());
        add(PersonType::Faculty, slot.neededFaculty, slot.faculty.size());
    }
    return list;
}

} // namespace

const char* toText(Method method) {
    return wordOf(kMethods, method);
}

std::optional<double> Met::ratio() const {
    if (needed <= 0)
        return std::nullopt;
    return std::min(1.0, covered / needed);
}

Programme planned(const Programme& published, const Plan& plan) {
    return withTakeovers(reduced(published, ruleOf(plan.scenario), plan.loss, plan.from, plan.to).programme,
                         plan.takeovers);
}

Plan makePlan(const Programme& published, Scenario scenario, const Vulnerable& vulnerable, base::Date from,
              base::Date to, const duty::DutyPolicy& policy, const PlanStep& step) {
    Plan plan;
    plan.scenario = scenario;
    plan.from = from;
    plan.to = to;
    plan.loss = lossIn(scenario, published, vulnerable, from, to);
    Programme whole = published;
    whole.shedLevel = 0;
    whole.shedCategories.clear();
    plan.published = metIn(slotsOf(whole, from, to));
    const Reduced left = reduced(published, ruleOf(scenario), plan.loss, from, to);
    const Presence presence(left.programme);
    const std::vector<Slot> slots = slotsBetween(left.programme, presence, from, to);
    plan.kept = metIn(slots);
    std::vector<Slot> finished;
    Roster best;
    for (const Method method : {Method::Greedy, Method::Exact}) {
        Roster roster = fillRoster(left, presence, slots, vulnerable, policy, method, [&](double done) {
            step((method == Method::Exact ? 0.5 : 0.0) + 0.5 * done);
        });
        std::vector<Slot> after = slotsOf(withTakeovers(left.programme, roster.takeovers), from, to);
        Met& met = method == Method::Greedy ? plan.greedy : plan.exact;
        met = metIn(after);
        if (method == Method::Exact && !coversMore(met, plan.met))
            continue;
        plan.method = method;
        plan.met = met;
        finished = std::move(after);
        best = std::move(roster);
    }
    plan.shortages = shortagesOf(left.programme, finished, best);
    plan.takeovers = std::move(best.takeovers);
    std::sort(plan.takeovers.begin(), plan.takeovers.end(), [&](const Takeover& a, const Takeover& b) {
        const auto& people = published.people;
        return std::tuple(a.when, a.requirement, people[size_t(a.person)].id) <
               std::tuple(b.when, b.requirement, people[size_t(b.person)].id);
    });
    return plan;
}

} // namespace core::programme::fallback
