#pragma once

#include "core/programme/Person.h"
#include "core/store/Connection.h"

#include <optional>

namespace core::programme::store {

/// Inserts a person; without a key the next free one. Returns the key. Runs inside the caller's transaction.
int64_t insertPerson(core::store::Connection& connection, const Person& person, std::optional<int64_t> key = {});

} // namespace core::programme::store
