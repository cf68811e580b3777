#pragma once

#include <string_view>

namespace core::programme {

/// The half-days of a date. Night is matched against call and night-float rows, not against assignments of the day.
enum class Half { Am, Pm, Night };

/// `AM`, `PM`, `NIGHT`.
constexpr const char* toText(Half half) {
    return half == Half::Am ? "AM" : half == Half::Pm ? "PM" : "NIGHT";
}

} // namespace core::programme
