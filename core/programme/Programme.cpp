#include "core/programme/Programme.h"

#include "core/programme/Words.h"

#include <algorithm>

namespace core::programme {

namespace {

constexpr Word<AssignmentRole> kAssignmentRoles[] = {{AssignmentRole::Primary, "primary"},
                                                     {AssignmentRole::Supervising, "supervising"},
                                                     {AssignmentRole::Backup, "backup"}};

constexpr Word<CallType> kCallTypes[] = {
    {CallType::Overnight, "overnight"}, {CallType::Weekend, "weekend"}, {CallType::Backup, "backup"}};

constexpr Word<AbsenceStatus> kAbsenceStatuses[] = {{AbsenceStatus::Pending, "pending"},
                                                    {AbsenceStatus::Approved, "approved"},
                                                    {AbsenceStatus::Rejected, "rejected"},
                                                    {AbsenceStatus::Cancelled, "cancelled"},
                                                    {AbsenceStatus::Anticipated, "anticipated"},
                                                    {AbsenceStatus::Confirmed, "confirmed"},
                                                    {AbsenceStatus::Denied, "denied"}};

constexpr Word<Half> kHalves[] = {{Half::Am, "AM"}, {Half::Pm, "PM"}, {Half::Night, "NIGHT"}};

/// The part of a vector sorted by date that lies on `date`.
template <class Row>
std::span<const Row> rowsOn(const std::vector<Row>& rows, base::Date date) {
    const auto first = std::lower_bound(rows.begin(), rows.end(), date,
                                        [](const Row& row, base::Date wanted) { return row.date < wanted; });
    const auto last =
        std::upper_bound(first, rows.end(), date, [](base::Date wanted, const Row& row) { return wanted < row.date; });
    return {first, last};
}

} // namespace

const char* toText(AssignmentRole role) {
    return wordOf(kAssignmentRoles, role);
}

const char* toText(CallType type) {
    return wordOf(kCallTypes, type);
}

const char* toText(AbsenceStatus status) {
    return wordOf(kAbsenceStatuses, status);
}

std::optional<AssignmentRole> assignmentRoleFromText(std::string_view text) {
    return valueOf(kAssignmentRoles, text);
}

std::optional<CallType> callTypeFromText(std::string_view text) {
    return valueOf(kCallTypes, text);
}

std::optional<AbsenceStatus> absenceStatusFromText(std::string_view text) {
    return valueOf(kAbsenceStatuses, text);
}

std::optional<Half> halfFromText(std::string_view text) {
    return valueOf(kHalves, text);
}

const Day* Programme::day(base::Date date) const {
    if (days.empty() || date < first() || date > last())
        return nullptr;
    return &days[size_t((date - first()).count())];
}

std::span<const Assignment> Programme::assignmentsOn(base::Date date) const {
    return rowsOn(assignments, date);
}

std::span<const Call> Programme::callsOn(base::Date date) const {
    return rowsOn(calls, date);
}

bool Programme::isAbsent(int person, base::Date date, Half half) const {
    return std::any_of(absences.begin(), absences.end(), [&](const Absence& absence) {
        return absence.person == person && absence.blocks() && absence.covers(date, half);
    });
}

} // namespace core::programme
