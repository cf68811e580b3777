#pragma once

#include "core/base/Alarm.h"
#include "core/base/Time.h"

#include <memory>
#include <mutex>
#include <set>

namespace core::base {

/// What both clocks show at once.
struct Moment {
    Instant now{};
    milliseconds sinceBoot{0};
};

/// Thread: any. Where time comes from: a constructor argument of everything that asks for it.
class Clock {
  public:
    virtual ~Clock() = default;
    /// Wall-clock time. It may jump.
    virtual Instant now() const = 0;
    /// Time since boot, counting suspend. It never jumps; for durations, deadlines and leases.
    virtual milliseconds sinceBoot() const = 0;
    /// Both, with next to no time between them, so that they can be compared.
    virtual Moment moment() const = 0;
    virtual std::unique_ptr<Alarm> alarm() const = 0;
};

/// Thread: any. CLOCK_REALTIME and CLOCK_BOOTTIME.
class RealClock final : public Clock {
  public:
    Instant now() const override;
    milliseconds sinceBoot() const override;
    Moment moment() const override;
    std::unique_ptr<Alarm> alarm() const override;
};

/// Thread: any. A clock that moves only when told; `jump` moves the wall clock alone. Both wake who sleeps on it.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(Instant start) : m_moment{start, milliseconds(1'000'000)} {}
    Instant now() const override { return moment().now; }
    milliseconds sinceBoot() const override { return moment().sinceBoot; }
    Moment moment() const override;
    std::unique_ptr<Alarm> alarm() const override;
    void advance(milliseconds by) { move(by, by); }
    void jump(milliseconds by) { move(by, milliseconds(0)); }

  private:
    class Bell;
    void move(milliseconds wall, milliseconds boot);

    mutable std::mutex m_mutex; // guards the fields below
    Moment m_moment;
    mutable std::set<Bell*> m_bells;
};

} // namespace core::base
