#pragma once

#include "core/base/Alarm.h"
#include "core/base/Descriptor.h"

namespace core::base {

/// Wakes up to the millisecond: timers of the kernel on CLOCK_BOOTTIME and CLOCK_REALTIME, which go by the time that is
/// in force when the clock is set and after a suspend. Where they cannot be had it looks every 20 ms.
class SystemAlarm final : public Alarm {
  public:
    SystemAlarm();
    void wait(milliseconds sinceBoot, std::optional<Instant> wall) override;
    void wake() override;

  private:
    Descriptor m_boot, m_wall, m_wake;
};

} // namespace core::base
