#pragma once

#include "core/store/Connection.h"
#include "core/task/ChangeSet.h"

namespace core::store {

/// Appends one entry to the hash chain: hash = SHA-256(prev_hash ‖ canonical JSON of all other fields).
/// Thread: writer, inside its transaction.
void appendAudit(Connection& db, const task::AuditEntry& entry, base::Instant now);

/// When one of `actions` was last done to a thing; none: never. Does not follow the chain.
std::optional<base::Instant> lastAudited(Connection& db, const std::string& entityType, const std::string& entityId,
                                         const std::vector<std::string>& actions);

/// What following the chain from its begin to its end found out.
struct AuditReport {
    int64_t entries = 0;             ///< that are as they were written
    int64_t lastSequence = 0;        ///< of the last of them; 0: none
    std::string lastHash;            ///< of the last of them
    std::optional<int64_t> firstBad; ///< sequence number of the first entry that is not
    std::string problem;             ///< what is wrong with that one, for people
    bool ok() const { return !firstBad; }
};

/// Follows the hash chain; a database without audit log has an empty one. Throws SqlError. Thread: the connection's.
AuditReport verifyAudit(Connection& db);

/// Lower-case hex SHA-256.
std::string sha256(std::string_view text);
/// Lower-case hex digits of bytes.
std::string hexText(const unsigned char* bytes, size_t size);

} // namespace core::store
