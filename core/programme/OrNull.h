#pragma once

#include "core/base/Json.h"
#include "core/base/Time.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace core::programme {

/// Documents say null for what is not known; never 0, never an empty text.
inline base::Json orNull(const std::string& text) {
    return text.empty() ? base::Json() : base::Json(text);
}

inline base::Json orNull(const std::optional<base::Instant>& at) {
    return at ? base::Json(base::formatInstant(*at)) : base::Json();
}

inline base::Json orNull(const std::optional<base::Date>& date) {
    return date ? base::Json(base::formatDate(*date)) : base::Json();
}

template <class T>
base::Json orNull(const std::optional<T>& value) {
    return value ? base::Json(*value) : base::Json();
}

} // namespace core::programme
