#include "core/base/TypeName.h"

#include <cstdlib>
#include <cxxabi.h>

namespace core::base {

std::string typeName(const std::type_info& type) {
    int status = 0;
    char* name = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status);
    std::string text = status == 0 && name ? name : type.name();
    std::free(name);
    return text;
}

} // namespace core::base
