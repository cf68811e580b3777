#pragma once

#include "core/base/Clock.h"
#include "core/base/ClockJumps.h"
#include "core/broker/Broker.h"
#include "core/upkeep/LateFailure.h"
#include "core/upkeep/Loop.h"
#include "core/upkeep/Stager.h"

#include <functional>

namespace core::upkeep {

/// Notices that the wall clock was set, by comparing it with the time since boot. A retry's pause is a duration, so its
/// due time moves along; times that people named (eta, schedules, expiry) stay what they are. Stands before the stager,
/// which would take a clock set forth for the end of every pause. Thread: upkeep.
class ClockWatch final : public Loop {
  public:
    /// `told` hears of every jump: by how much, forth or back.
    ClockWatch(broker::Broker& broker, const base::Clock& clock, MoveSink sink,
               std::function<void(base::milliseconds by)> told)
        : m_broker(broker), m_clock(clock), m_sink(std::move(sink)), m_told(std::move(told)) {
        m_jumps.look(clock.moment());
    }
    std::string name() const override { return "clock watch"; }
    base::Result<NextLook> look(base::Instant now) override;

  private:
    /// The runner looks when the clock is set; this is for what it cannot see.
    static constexpr base::seconds kPeriod{10};

    broker::Broker& m_broker;
    const base::Clock& m_clock;
    MoveSink m_sink;
    std::function<void(base::milliseconds)> m_told;
    base::ClockJumps m_jumps;
    LateFailure m_late;
};

} // namespace core::upkeep
