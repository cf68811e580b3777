#pragma once

#include "core/base/Result.h"

namespace core::base {

/// The same error, as that of one field of a larger input.
inline Error atField(const Error& error, const std::string& field) {
    return {error.code, error.message, error.remedy, {{field, error.text()}}};
}

} // namespace core::base
