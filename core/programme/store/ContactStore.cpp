#include "core/programme/store/ContactStore.h"

#include <algorithm>
#include <iterator>
#include <sqlite3.h>

namespace core::programme::store {

using core::store::Connection;
using core::store::Query;

std::vector<Contact> readContacts(Connection& connection) {
    std::vector<Contact> contacts;
    Query row =
        connection.query("SELECT id, name, coalesce(email, ''), role, ops_contact, active FROM app_user ORDER BY name, id");
    while (row.step()) {
        const auto role = userRoleFromText(row.text(3));
        if (!role)
            throw core::store::SqlError(SQLITE_CORRUPT, "'" + row.text(3) + "' is not a role of a user");
        contacts.push_back({row.text(0), row.text(1), row.text(2), *role, row.intAt(4) != 0, row.intAt(5) != 0});
    }
    return contacts;
}

std::vector<Contact> readAlertRecipients(Connection& connection) {
    const std::vector<Contact> all = readContacts(connection);
    std::vector<Contact> recipients;
    std::copy_if(all.begin(), all.end(), std::back_inserter(recipients),
                 [](const Contact& contact) { return contact.getsResilienceAlerts(); });
    return recipients;
}

base::Result<void> saveContact(Connection& connection, const Contact& contact) {
    if (contact.id.empty() || contact.name.empty() || contact.name.size() > 200)
        return {base::ErrorCode::InvalidParams, "a contact needs an id and a name of at most 200 characters"};
    std::optional<std::string> email;
    if (!contact.email.empty())
        email = contact.email;
    if (email && connection.query("SELECT 1 FROM app_user WHERE email = ? AND id <> ?", *email, contact.id).step())
        return {base::ErrorCode::Conflict, "the address " + *email + " is that of another contact",
                "Give another address, or change the other contact"};
    connection.run("INSERT INTO app_user(id, name, email, role, ops_contact, active) VALUES (?,?,?,?,?,?)"
                   " ON CONFLICT(id) DO UPDATE SET name = excluded.name, email = excluded.email, role = excluded.role,"
                   " ops_contact = excluded.ops_contact, active = excluded.active",
                   contact.id, contact.name, email, toText(contact.role), int(contact.opsContact), int(contact.active));
    return {};
}

} // namespace core::programme::store
