#pragma once

#include "core/store/Connection.h"

#include <optional>
#include <sqlite3.h>
#include <string>

namespace core::programme::store {

/// The value of an enumeration's word; the schema's CHECK keeps others out, so one that is not known is damage: throws
/// SqlError.
template <class E>
E known(std::optional<E> value, const core::store::Query& row, int column) {
    if (!value)
        throw core::store::SqlError(SQLITE_CORRUPT,
                                    "'" + row.text(column) + "' is not a value of " + row.columnName(column));
    return *value;
}

/// An instant kept as ISO-8601 text. Damage throws SqlError.
inline base::Instant instantAt(const core::store::Query& row, int column) {
    const auto parsed = base::parseInstant(row.text(column));
    if (!parsed)
        throw core::store::SqlError(SQLITE_CORRUPT, parsed.error().message);
    return *parsed;
}

/// As the programme's tables keep an instant: ISO-8601 UTC with whole seconds, so that text order is time order.
inline std::string secondsText(base::Instant at) {
    return base::formatInstant(std::chrono::floor<base::seconds>(at));
}

} // namespace core::programme::store
