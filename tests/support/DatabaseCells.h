#pragma once

#include "core/store/Connection.h"

#include <map>
#include <string>
#include <vector>

namespace tests {

/// Bytes of a database file.
struct ByteRange {
    size_t begin = 0, end = 0; ///< [begin, end)
    size_t size() const { return end - begin; }
};

/// Where the rows of a table lie in a database file that has no log: every byte of their cells (sizes, keys, types,
/// values) in leaf pages and overflow pages, and nothing of page headers, pointers, free space or indices.
std::vector<ByteRange> cellsOf(core::store::Connection& db, const std::string& file, const std::string& table);

/// The `number`-th byte of all ranges together.
size_t byteOf(const std::vector<ByteRange>& ranges, size_t number);
size_t sizeOf(const std::vector<ByteRange>& ranges);

} // namespace tests
