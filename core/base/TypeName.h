#pragma once

#include <string>
#include <typeinfo>

namespace core::base {

/// The name of a C++ type as a person writes it: `std::runtime_error`.
std::string typeName(const std::type_info& type);

} // namespace core::base
