#pragma once

#include "core/base/Time.h"

#include <string>
#include <string_view>

namespace core::task {

/// How many runs may begin in a time. `count` 0: no limit.
struct RateLimit {
    int count = 0;        ///< 1..1,000,000 runs …
    base::seconds per{1}; ///< … in one second, minute or hour, evenly spread,
    int burst = 0;        ///< but so many at once after a pause; 0: as few as keep the rate reachable

    bool limits() const { return count > 0; }
    bool operator==(const RateLimit&) const = default;
};

/// `10/s`, `10/m`, `10/h`, with a burst `10/m burst 5`; `none` for no limit.
std::string toText(const RateLimit& limit);
/// Reads what toText writes. InvalidParams for anything else.
base::Result<RateLimit> parseRateLimit(std::string_view text);

} // namespace core::task
