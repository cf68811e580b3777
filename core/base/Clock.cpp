#include "core/base/Clock.h"

#include <ctime>

namespace core::base {

Instant RealClock::now() const {
    return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
}

milliseconds RealClock::sinceBoot() const {
    timespec time{};
    clock_gettime(CLOCK_BOOTTIME, &time);
    return milliseconds(int64_t(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000);
}

} // namespace core::base
