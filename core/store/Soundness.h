#pragma once

#include "core/store/Connection.h"

namespace core::store {

/// A row that does not say what was written into it.
struct UnsoundRow {
    std::string table;
    std::string row; ///< its key, for people
};

/// Compares the rows of the engine's tables with their checksums, one table after another; at most `limit` findings.
/// Reads every row: some seconds for a million tasks. What SQLite itself can tell (structure, indices) and the audit
/// chain are not looked at. Throws SqlError where a page cannot be read. Thread: the connection's.
std::vector<UnsoundRow> findUnsoundRows(Connection& db, size_t limit = 100);

} // namespace core::store
