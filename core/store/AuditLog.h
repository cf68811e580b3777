#pragma once

#include "core/store/Connection.h"
#include "core/task/ChangeSet.h"

namespace core::store {

/// Appends one entry to the hash chain: hash = SHA-256(prev_hash ‖ canonical JSON of all other fields).
/// Thread: writer, inside its transaction.
void appendAudit(Connection& db, const task::AuditEntry& entry, base::Instant now);

/// Lower-case hex SHA-256.
std::string sha256(std::string_view text);

} // namespace core::store
