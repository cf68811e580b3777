#pragma once

#include "core/base/Time.h"

#include <atomic>

namespace core::base {

/// Thread: any. Where time comes from: a constructor argument of everything that asks for it.
class Clock {
  public:
    virtual ~Clock() = default;
    /// Wall-clock time. It may jump.
    virtual Instant now() const = 0;
    /// Time since boot, counting suspend. It never jumps; for durations, deadlines and leases.
    virtual milliseconds sinceBoot() const = 0;
};

/// Thread: any. CLOCK_REALTIME and CLOCK_BOOTTIME.
class RealClock final : public Clock {
  public:
    Instant now() const override;
    milliseconds sinceBoot() const override;
};

/// Thread: any. A clock that moves only when told; `jump` moves the wall clock alone.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(Instant start) : m_now(start.time_since_epoch().count()) {}
    Instant now() const override { return Instant(milliseconds(m_now.load())); }
    milliseconds sinceBoot() const override { return milliseconds(m_boot.load()); }
    void advance(milliseconds by) {
        m_now += by.count();
        m_boot += by.count();
    }
    void jump(milliseconds by) { m_now += by.count(); }

  private:
    std::atomic<int64_t> m_now;
    std::atomic<int64_t> m_boot{1'000'000};
};

} // namespace core::base
