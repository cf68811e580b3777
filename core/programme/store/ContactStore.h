#pragma once

#include "core/programme/Contact.h"
#include "core/store/Connection.h"

#include <vector>

namespace core::programme::store {

/// Whom to tell. They throw SqlError like every query; the caller owns the snapshot or transaction.

/// By name.
std::vector<Contact> readContacts(core::store::Connection& connection);
/// Those who get alerts about resilience, by name.
std::vector<Contact> readAlertRecipients(core::store::Connection& connection);
/// Adds the contact, or replaces the one with the same id. InvalidParams without an id or a name, Conflict for an
/// address that is somebody else's. Thread: writer.
base::Result<void> saveContact(core::store::Connection& connection, const Contact& contact);

} // namespace core::programme::store
