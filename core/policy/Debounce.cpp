#include "core/policy/Debounce.h"

#include <algorithm>

namespace core::policy {

base::Instant dueAfter(const task::Debounce& debounce, base::Instant first, base::Instant now, base::Instant due) {
    return std::max({std::min(now + debounce.quiet, first + debounce.longest), now, due});
}

} // namespace core::policy
