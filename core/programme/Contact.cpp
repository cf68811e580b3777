#include "core/programme/Contact.h"

#include "core/programme/OrNull.h"
#include "core/programme/Words.h"

namespace core::programme {

namespace {

constexpr Word<UserRole> kUserRoles[] = {
    {UserRole::Admin, "admin"}, {UserRole::Coordinator, "coordinator"}, {UserRole::Faculty, "faculty"},
    {UserRole::ClinicalStaff, "clinical_staff"}, {UserRole::Rn, "rn"}, {UserRole::Lpn, "lpn"},
    {UserRole::Msa, "msa"}, {UserRole::Resident, "resident"}};

} // namespace

const char* toText(UserRole role) {
    return wordOf(kUserRoles, role);
}

std::optional<UserRole> userRoleFromText(std::string_view text) {
    return valueOf(kUserRoles, text);
}

base::Json toDocument(const Contact& contact) {
    base::Json document = base::Json::object();
    document["id"] = contact.id;
    document["name"] = contact.name;
    document["email"] = orNull(contact.email);
    document["role"] = toText(contact.role);
    document["ops_contact"] = contact.opsContact;
    document["active"] = contact.active;
    return document;
}

} // namespace core::programme
