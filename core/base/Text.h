#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace core::base {

/// `text` if it has at most `maxBytes` bytes (at least 32), else its beginning and a mark that it was cut, together within
/// `maxBytes` and never inside a UTF-8 character.
std::string shortened(std::string text, size_t maxBytes);

/// Without white space at both ends.
std::string trimmed(const std::string& text);

/// `a, b, c`.
std::string joined(const std::vector<std::string>& words);

/// Characters of UTF-8 text.
size_t characterCount(const std::string& text);

/// `1 day`, `2 days`.
std::string counted(int64_t number, const char* one, const char* many);

/// `1,440`: for people who read English messages; the console writes numbers by its locale.
std::string grouped(int64_t number);

} // namespace core::base
