#include "core/base/SystemAlarm.h"

#include <algorithm>
#include <array>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace core::base {

namespace {

/// Between two looks where the kernel gives no timer.
constexpr int kBlindLookMs = 20;
/// Only to hear of a clock that is set.
constexpr Instant kNever{std::chrono::sys_days(std::chrono::year(9999) / 1 / 1)};

/// False when the timer rings at once because the clock was set since it was last looked at.
bool arm(const Descriptor& timer, milliseconds at, int flags) {
    const auto count = std::max<int64_t>(at.count(), 1); // zero would take the timer away
    itimerspec when{};
    when.it_value.tv_sec = count / 1000;
    when.it_value.tv_nsec = count % 1000 * 1'000'000;
    return ::timerfd_settime(timer.get(), TFD_TIMER_ABSTIME | flags, &when, nullptr) == 0;
}

} // namespace

SystemAlarm::SystemAlarm()
    : m_boot(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK)),
      m_wall(::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK)),
      m_wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void SystemAlarm::wait(milliseconds sinceBoot, std::optional<Instant> wall) {
    const bool blind = !m_boot.valid() || !m_wall.valid() || !m_wake.valid();
    if (m_boot.valid())
        arm(m_boot, sinceBoot, 0);
    if (m_wall.valid() && !arm(m_wall, wall.value_or(kNever).time_since_epoch(), TFD_TIMER_CANCEL_ON_SET))
        return;
    std::array<pollfd, 3> sources{{{m_boot.get(), POLLIN, 0}, {m_wall.get(), POLLIN, 0}, {m_wake.get(), POLLIN, 0}}};
    ::poll(sources.data(), sources.size(), blind ? kBlindLookMs : -1);
    for (const pollfd& source : sources) {
        uint64_t count = 0;
        if (source.revents & POLLIN)
            [[maybe_unused]] const auto read = ::read(source.fd, &count, sizeof count);
    }
}

void SystemAlarm::wake() {
    const uint64_t one = 1;
    if (m_wake.valid())
        [[maybe_unused]] const auto written = ::write(m_wake.get(), &one, sizeof one);
}

} // namespace core::base
