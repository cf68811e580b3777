#include "core/store/RowSum.h"

#include <cstdint>
#include <cstring>
#include <sqlite3.h>
#include <utility>
#include <zlib.h>

namespace core::store {

namespace {

/// A checksum over pieces, most of them small: they are gathered, because each call of crc32 costs more than their bytes.
class Sum {
  public:
    void add(const void* bytes, size_t size) {
        if (m_size + size > sizeof m_buffer)
            flush();
        if (size > sizeof m_buffer) {
            m_sum = crc32(m_sum, static_cast<const Bytef*>(bytes), uInt(size));
            return;
        }
        std::memcpy(m_buffer + m_size, bytes, size);
        m_size += size;
    }
    int64_t value() {
        flush();
        return int64_t(m_sum);
    }

  private:
    void flush() {
        m_sum = crc32(m_sum, m_buffer, uInt(std::exchange(m_size, 0)));
    }

    uLong m_sum = crc32(0, nullptr, 0);
    size_t m_size = 0;
    Bytef m_buffer[1024];
};

void add(Sum& sum, sqlite3_value* value) {
    const auto type = Bytef(sqlite3_value_type(value));
    sum.add(&type, 1);
    const auto number = [&](const auto& bits) { sum.add(&bits, sizeof bits); };
    switch (type) {
    case SQLITE_INTEGER: number(sqlite3_value_int64(value)); return;
    case SQLITE_FLOAT: number(sqlite3_value_double(value)); return;
    case SQLITE_NULL: return;
    default: {
        const void* bytes = sqlite3_value_blob(value);
        const auto size = uint32_t(sqlite3_value_bytes(value));
        number(size);
        if (size > 0)
            sum.add(bytes, size);
    }
    }
}

void rowSum(sqlite3_context* context, int count, sqlite3_value** values) {
    Sum sum;
    for (int i = 0; i < count; ++i)
        add(sum, values[i]);
    sqlite3_result_int64(context, sum.value());
}

} // namespace

void addRowSum(sqlite3* db) {
    sqlite3_create_function_v2(db, "row_sum", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, nullptr, rowSum, nullptr, nullptr,
                               nullptr);
}

} // namespace core::store
