#include "core/store/RowSum.h"

#include <cstdint>
#include <sqlite3.h>
#include <zlib.h>

namespace core::store {

namespace {

uLong fold(uLong sum, sqlite3_value* value) {
    const auto type = Bytef(sqlite3_value_type(value));
    sum = crc32(sum, &type, 1);
    const auto number = [&](const auto& bits) { return crc32(sum, reinterpret_cast<const Bytef*>(&bits), sizeof bits); };
    switch (type) {
    case SQLITE_INTEGER: return number(sqlite3_value_int64(value));
    case SQLITE_FLOAT: return number(sqlite3_value_double(value));
    case SQLITE_NULL: return sum;
    default: {
        const auto* bytes = static_cast<const Bytef*>(sqlite3_value_blob(value));
        const auto size = uint32_t(sqlite3_value_bytes(value));
        sum = number(size);
        return size > 0 ? crc32(sum, bytes, size) : sum;
    }
    }
}

void rowSum(sqlite3_context* context, int count, sqlite3_value** values) {
    uLong sum = crc32(0, nullptr, 0);
    for (int i = 0; i < count; ++i)
        sum = fold(sum, values[i]);
    sqlite3_result_int64(context, int64_t(sum));
}

} // namespace

void addRowSum(sqlite3* db) {
    sqlite3_create_function_v2(db, "row_sum", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr, rowSum, nullptr, nullptr,
                               nullptr);
}

} // namespace core::store
