#pragma once

#include "core/base/Json.h"

#include <nlohmann/json.hpp>
#include <string>

namespace core::task {

/// Largest JSON text of a progress report's fields, in bytes.
inline constexpr size_t kMaxProgressFields = 4096;

/// How far an attempt is, as its handler reports it. Each report stands for itself.
struct Progress {
    double percent = 0;          ///< 0..99: 100 is success itself
    std::string text;            ///< a line for people
    base::Json fields = nullptr; ///< figures of the task's own, an object, or null
};

} // namespace core::task
