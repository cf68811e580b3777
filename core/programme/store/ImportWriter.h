#pragma once

#include "core/programme/Sheets.h"
#include "core/store/Connection.h"

#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace core::programme::store {

/// A person whom the database knows.
struct KnownPerson {
    int64_t key = 0;
    std::string name;
    std::string email;
    PersonType type = PersonType::Resident;
};

/// Person, type, start, end: two absences that agree in all four are one.
using AbsenceKey = std::tuple<int64_t, std::string, base::Date, base::Date>;

std::vector<KnownPerson> readKnownPeople(core::store::Connection& connection);
std::set<AbsenceKey> readAbsenceKeys(core::store::Connection& connection);

/// A programme that can start: the calendar of the academic year that contains `now` in `zone`, the default rotations,
/// and the default services for so many residents; nobody in it yet.
void createShell(core::store::Connection& connection, const std::string& zone, int residents, base::Instant now);

/// The first day of the programme's academic year: where people are active from whose sheet does not say.
base::Date yearStart(core::store::Connection& connection);

/// Protected time by role for people who joined; `people` and `keys` go together.
void insertCommitments(core::store::Connection& connection, const std::vector<Person>& people,
                       const std::vector<int64_t>& keys, base::Instant now);

void insertAbsence(core::store::Connection& connection, const AbsenceEntry& entry, int64_t person, base::Instant now);

} // namespace core::programme::store
