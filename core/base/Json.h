#pragma once

#include "core/base/Result.h"

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace core::base {

using Json = nlohmann::json;

/// How deep foreign JSON may nest.
inline constexpr int kMaxJsonDepth = 32;

/// Parses foreign text: UTF-8, at most `maxDepth` levels, nothing behind it. The error says where and why.
Result<Json> parseJson(std::string_view text, int maxDepth = kMaxJsonDepth);
/// The whole number that `value` is, if it is one from `low` to `high`; none too for those that 64 bits with a sign
/// cannot hold, which JSON's own conversion turns into others.
std::optional<int64_t> integerIn(const Json& value, int64_t low, int64_t high);
/// Compact text. Bytes that are not UTF-8 become U+FFFD rather than an exception.
std::string dumpJson(const Json& json);
/// Indented text for people.
std::string prettyJson(const Json& json);

} // namespace core::base
