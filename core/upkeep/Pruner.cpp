#include "core/upkeep/Pruner.h"

#include "core/base/Log.h"

#include <algorithm>

namespace core::upkeep {

using base::Result;

namespace {

constexpr base::milliseconds kSlice{5};
constexpr base::milliseconds kBetweenSlices{20};
/// Between two slices while others write.
constexpr base::milliseconds kBusyPause{100};
constexpr uint64_t kBusyRequests = 20;
constexpr base::milliseconds kBetweenPasses = base::seconds(5);
constexpr base::milliseconds kJump = std::chrono::hours(3);
constexpr base::milliseconds kDistrust = std::chrono::days(1);

} // namespace

Pruner::Pruner(store::Database& core, std::shared_ptr<store::Database> telemetry, const policy::Retention& retention,
               const base::Clock& clock, Forget forget)
    : m_core(core), m_telemetry(std::move(telemetry)), m_clock(clock), m_forget(std::move(forget)) {
    for (auto& broom : store::coreBrooms(retention))
        m_duties.push_back({&m_core, std::move(broom)});
    if (m_telemetry)
        m_duties.push_back({m_telemetry.get(), store::logBroom(retention)});
}

PruneStatus Pruner::status() const {
    const std::lock_guard lock(m_mutex);
    return m_status;
}

/// False for a day after the wall clock jumped.
bool Pruner::mayTrust(base::Instant now) {
    const base::milliseconds sinceBoot = m_clock.sinceBoot();
    const auto offset = now.time_since_epoch() - sinceBoot;
    const auto before = std::exchange(m_wallOffset, offset);
    if (before && std::chrono::abs(offset - *before) > kJump) {
        base::log(base::LogLevel::Warning, "pruner", "the clock jumped: nothing is taken away for a day");
        m_restUntil = sinceBoot + kDistrust;
    }
    return sinceBoot >= m_restUntil;
}

/// While it works it looks again soon, otherwise when its rest is over.
NextLook Pruner::nextLook() const {
    return {std::clamp<base::milliseconds>(m_restUntil - m_clock.sinceBoot(), kBetweenSlices, kBetweenPasses)};
}

Result<NextLook> Pruner::look(base::Instant now) {
    if (m_underWay)
        return nextLook();
    if (auto earlier = m_late.take(); !earlier)
        return earlier.error();
    if (!mayTrust(now) || !m_core.ok())
        return nextLook();
    while (m_at < m_duties.size()) {
        Duty& duty = m_duties[m_at];
        if (!duty.broom->hasFound()) {
            const auto more = findMore(duty, now);
            if (!more)
                return more.error();
            if (*more && !duty.broom->hasFound())
                return nextLook(); // the next page with the next look
            m_at += *more ? 0 : 1;
            continue;
        }
        post(duty, now);
        return nextLook();
    }
    endPass(now);
    return nextLook();
}

Result<bool> Pruner::findMore(Duty& duty, base::Instant now) {
    return duty.database->read([&](store::Connection& db) -> Result<bool> { return duty.broom->find(db, now); });
}

void Pruner::post(Duty& duty, base::Instant now) {
    const uint64_t requests = m_core.statistics().requests;
    if (requests - std::exchange(m_requestsSeen, requests) > kBusyRequests)
        m_restUntil = m_clock.sinceBoot() + kBusyPause;
    m_underWay = true;
    auto swept = std::make_shared<store::Swept>();
    store::Broom& broom = *duty.broom;
    duty.database->post(
        [this, &broom, swept, now](store::Connection& db) -> Result<void> {
            const auto until = m_clock.sinceBoot() + kSlice;
            *swept = broom.sweep(db, now, [&] { return m_clock.sinceBoot() >= until; });
            return {};
        },
        [this, name = broom.name(), swept](Result<void> done) {
            if (done) {
                if (!swept->tasks.empty())
                    m_forget(swept->tasks);
                const std::lock_guard lock(m_mutex);
                ++m_status.slices;
                m_status.removed[name] += swept->removed;
            } else {
                m_late.set(done.error());
            }
            m_underWay = false;
        },
        store::Duty::Act);
}

void Pruner::endPass(base::Instant now) {
    m_at = 0;
    m_restUntil = m_clock.sinceBoot() + kBetweenPasses;
    const std::lock_guard lock(m_mutex);
    m_status.lastPassAt = now;
}

} // namespace core::upkeep
