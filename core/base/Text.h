#pragma once

#include <cstddef>
#include <string>

namespace core::base {

/// `text` if it has at most `maxBytes` bytes (at least 32), else its beginning and a mark that it was cut, together within
/// `maxBytes` and never inside a UTF-8 character.
std::string shortened(std::string text, size_t maxBytes);

} // namespace core::base
