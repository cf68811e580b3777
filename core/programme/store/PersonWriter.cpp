#include "core/programme/store/PersonWriter.h"

#include <nlohmann/json.hpp>

namespace core::programme::store {

int64_t insertPerson(core::store::Connection& connection, const Person& person, std::optional<int64_t> key) {
    std::optional<std::string> email, role;
    std::optional<int> pgy;
    if (!person.email.empty())
        email = person.email;
    if (person.isFaculty())
        role = toText(person.role);
    else
        pgy = person.pgy;
    connection.run("INSERT INTO person(key, id, name, email, type, pgy_level, faculty_role, fte, specialties, "
                   "performs_procedures, target_clinical_blocks, admin_type, active_from, active_to, status) "
                   "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                   key, person.id, person.name, email, toText(person.type), pgy, role, person.fte,
                   base::dumpJson(base::Json(person.specialties)), int(person.performsProcedures),
                   person.targetClinicalBlocks, person.adminType, person.activeFrom, person.activeTo,
                   toText(person.status));
    return connection.lastInsertRowId();
}

} // namespace core::programme::store
