#include "core/base/Clock.h"

#include "core/base/SystemAlarm.h"

#include <condition_variable>
#include <ctime>

namespace core::base {

namespace {

/// Two clocks read further apart than this were interrupted in between.
constexpr milliseconds kTogether{5};
constexpr int kMostTries = 10;

} // namespace

Instant RealClock::now() const {
    return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
}

milliseconds RealClock::sinceBoot() const {
    timespec time{};
    clock_gettime(CLOCK_BOOTTIME, &time);
    return milliseconds(int64_t(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000);
}

Moment RealClock::moment() const {
    for (int tries = 1;; ++tries) {
        const milliseconds before = sinceBoot();
        const Instant shown = now();
        const milliseconds after = sinceBoot();
        if (after - before <= kTogether || tries == kMostTries)
            return {shown, after};
    }
}

std::unique_ptr<Alarm> RealClock::alarm() const {
    return std::make_unique<SystemAlarm>();
}

/// Rings when the clock is moved.
class ManualClock::Bell final : public Alarm {
  public:
    explicit Bell(const ManualClock& clock) : m_clock(clock) {
        const std::lock_guard lock(m_clock.m_mutex);
        m_clock.m_bells.insert(this);
    }
    ~Bell() override {
        const std::lock_guard lock(m_clock.m_mutex);
        m_clock.m_bells.erase(this);
    }

    void wait(milliseconds sinceBoot, std::optional<Instant> wall) override {
        std::unique_lock lock(m_clock.m_mutex);
        m_rings.wait(lock, [&] {
            return m_rung || m_clock.m_moment.sinceBoot >= sinceBoot || (wall && m_clock.m_moment.now >= *wall);
        });
        m_rung = false;
    }
    void wake() override {
        const std::lock_guard lock(m_clock.m_mutex);
        ring();
    }
    /// The clock's mutex is held.
    void ring() {
        m_rung = true;
        m_rings.notify_one();
    }

  private:
    const ManualClock& m_clock;
    std::condition_variable m_rings;
    bool m_rung = false; ///< guarded by the clock's mutex
};

Moment ManualClock::moment() const {
    const std::lock_guard lock(m_mutex);
    return m_moment;
}

std::unique_ptr<Alarm> ManualClock::alarm() const {
    return std::make_unique<Bell>(*this);
}

void ManualClock::move(milliseconds wall, milliseconds boot) {
    const std::lock_guard lock(m_mutex);
    m_moment.now += wall;
    m_moment.sinceBoot += boot;
    for (Bell* bell : m_bells)
        bell->ring();
}

} // namespace core::base
