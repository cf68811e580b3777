#pragma once

struct sqlite3;

namespace core::store {

/// Teaches a connection the SQL function `row_sum(value, …)`: a CRC-32 over the types and bytes of its arguments, of
/// any number. Rows whose damage must be noticed carry one over their own columns, because SQLite's own checks see
/// only the structure of a page. Thread: that of the connection.
void addRowSum(sqlite3* db);

} // namespace core::store
