#pragma once

#include <string>
#include <string_view>

namespace core::task {

/// What a person can do about an error, in one or two sentences: by its type first, then by words of its message. There
/// is always an answer; for an error that nobody knows it says where to look.
std::string errorSuggestion(std::string_view errorType, std::string_view message);

} // namespace core::task
