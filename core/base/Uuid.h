#pragma once

#include "core/base/Time.h"

#include <string>
#include <string_view>

namespace core::base {

/// UUIDv7 (RFC 9562): ordered by the millisecond of making, so that its index grows at one end. Thread: any.
std::string newUuidV7(Instant now);
/// True for the 36-character form of any UUID.
bool isUuid(std::string_view text);
/// `bytes` cryptographically random bytes as lower-case hex (two characters a byte).
std::string randomHex(int bytes);

} // namespace core::base
