#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace core::base {

/// `text` if it has at most `maxBytes` bytes (at least 32), else its beginning and a mark that it was cut, together within
/// `maxBytes` and never inside a UTF-8 character.
std::string shortened(std::string text, size_t maxBytes);

/// `1,440`: for people who read English messages; the console writes numbers by its locale.
std::string grouped(int64_t number);

} // namespace core::base
