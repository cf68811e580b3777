#pragma once

#include "core/base/Result.h"
#include "core/programme/duty/DutyPolicy.h"
#include "core/store/Connection.h"

#include <string>

namespace core::programme::store {

/// Settings that are not stored have their default. A stored value that is not allowed is damage: throws SqlError.
/// Thread: that of the connection.
duty::PolicyInForce readDutyPolicy(core::store::Connection& connection);

/// Changes what `changes` names. InvalidParams as of `duty::changedPolicy`; nothing is written when nothing changes.
/// An audit entry tells the old and the new values. Thread: writer, inside its transaction.
base::Result<duty::PolicyInForce> changeDutyPolicy(core::store::Connection& connection, const base::Json& changes,
                                                   const std::string& reason, const std::string& actor,
                                                   const std::string& actorType, base::Instant now);

} // namespace core::programme::store
