#pragma once

#include "core/base/Time.h"
#include "core/programme/Half.h"

#include <cstdint>

namespace core::programme::store {

/// The key of a half-day: 2 × days since 1970-01-01, plus 1 for PM. Night has no half-day of its own: nights are stored
/// at the PM half.
constexpr int64_t blockKey(base::Date date, Half half) {
    return 2 * int64_t(date.time_since_epoch().count()) + (half == Half::Am ? 0 : 1);
}

constexpr base::Date dateOfBlock(int64_t key) {
    return base::Date(std::chrono::days(key >> 1));
}

constexpr Half halfOfBlock(int64_t key) {
    return (key & 1) == 0 ? Half::Am : Half::Pm;
}

} // namespace core::programme::store
