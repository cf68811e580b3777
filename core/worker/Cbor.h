#pragma once

#include "core/base/Json.h"

#include <string>
#include <string_view>

namespace core::worker {

/// CBOR of a value as bytes.
std::string toCbor(const base::Json& json);
/// Foreign CBOR: one whole value with nothing behind it; definite lengths, text names said once, no byte strings or
/// tags, at most `maxDepth` levels. Text that is not UTF-8 is repaired with U+FFFD. InvalidParams says what is wrong.
base::Result<base::Json> fromCbor(std::string_view bytes, int maxDepth);
/// How many levels of objects and arrays a value has; a scalar has none.
int depthOf(const base::Json& json);

} // namespace core::worker
