#pragma once

#include "core/store/AuditLog.h"
#include "core/store/HighWater.h"

namespace core::engine {

/// What became of the audit log of a data directory.
struct AuditCheck {
    store::AuditReport chain;
    std::optional<store::HighWater> mark; ///< absent: nobody has noted one
    std::optional<std::string> gap;       ///< what the database lost since the mark
    bool ok() const { return chain.ok() && !gap; }
    /// Entries that came after the mark was noted: it is a lower bound.
    int64_t entriesBeyondMark() const { return mark ? chain.lastSequence - mark->auditSequence : 0; }
};

/// Follows the audit chain of the data directory's core.db and compares it with the high-water mark, whether an engine
/// runs or not. NotFound without a database. Changes nothing. Thread: any that may take seconds.
base::Result<AuditCheck> checkAudit(const std::filesystem::path& dataDirectory);

} // namespace core::engine
