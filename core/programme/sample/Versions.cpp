#include "core/programme/sample/Versions.h"

#include <algorithm>

namespace core::programme::sample {

using std::chrono::days;

namespace {

constexpr int kVersions = 8;
constexpr int kBadVersion = 4; ///< published with many changes and violations, taken back by the next
constexpr int kBadViolations = 9;
constexpr double kBadChurn = 0.10;
constexpr double kLowChurn = 0.03, kHighChurn = 0.04;
constexpr int kLastPublication = 28, kDaysBetween = 7; ///< days before 1 July

/// Rows that schedulers move about: clinic, electives and protected time on ordinary days.
bool isMovable(const Draft& draft, const Assignment& row) {
    const Rotation& rotation = draft.rotation(row.rotation);
    return row.role == AssignmentRole::Primary && row.activity.empty() && rotation.countsAsDuty &&
           rotation.leaveEligible;
}

/// Another thing that the person might have been planned for.
int otherRotation(const Draft& draft, Random& chance, const Assignment& row) {
    static constexpr const char* kResidentChoices[] = {"C", "CV", "SIM", "POCUS", "BH"};
    static constexpr const char* kFacultyChoices[] = {"FC", "ADM", "RES", "FLX", "SIM"};
    int rotation = row.rotation;
    while (rotation == row.rotation)
        rotation = draft.rotationNamed(draft.person(row.person).isFaculty() ? kFacultyChoices[chance.below(5)]
                                                                            : kResidentChoices[chance.below(5)]);
    return rotation;
}

} // namespace

void makeVersions(const Draft& draft, Founding& founding) {
    Random chance = draft.chance(Step::Versions);
    const std::vector<Assignment>& rows = draft.programme.assignments;
    std::vector<size_t> movable;
    for (size_t i = 0; i < rows.size(); ++i)
        if (isMovable(draft, rows[i]))
            movable.push_back(i);
    // A version rearranges the work of a few people, not of everybody.
    std::vector<int> rank;
    for (int person = 0; person < draft.people(); ++person)
        rank.push_back(person);
    chance.shuffle(rank);
    chance.shuffle(movable);
    std::stable_sort(movable.begin(), movable.end(),
                     [&](size_t a, size_t b) { return rank[size_t(rows[a].person)] < rank[size_t(rows[b].person)]; });
    size_t next = 0;
    const auto change = [&](int first, int end, double churn) {
        for (size_t left = size_t(churn * double(rows.size())); left > 0 && next < movable.size(); --left, ++next)
            founding.earlierRows.push_back(
                {movable[next], first, end, otherRotation(draft, chance, rows[movable[next]])});
    };
    for (int version = 1; version <= kVersions; ++version) {
        PublishedVersion run;
        run.id = chance.uuid();
        run.published = draft.programme.yearStart - days(kLastPublication + kDaysBetween * (kVersions - version));
        run.violations = version == kBadVersion ? kBadViolations : 0;
        founding.versions.push_back(run);
        if (version == kBadVersion)
            change(version, version + 1, kBadChurn);
        else if (version > 1 && version != kBadVersion + 1)
            change(1, version, kLowChurn + (kHighChurn - kLowChurn) * chance.unit());
    }
}

} // namespace core::programme::sample
