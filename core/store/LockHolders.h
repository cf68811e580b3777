#pragma once

#include <filesystem>
#include <string>

namespace core::store {

/// The other processes that hold a lock on a database, its log or its index, as people read it:
/// `process 4711 (sqlite3)`; empty when there is none or the system does not say. Opens none of the files: closing one
/// would drop the locks of this process. Thread: any.
std::string lockHolders(const std::filesystem::path& database);

} // namespace core::store
