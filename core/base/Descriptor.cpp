#include "core/base/Descriptor.h"

#include <unistd.h>

namespace core::base {

void Descriptor::reset() {
    if (m_fd >= 0)
        ::close(std::exchange(m_fd, -1));
}

} // namespace core::base
