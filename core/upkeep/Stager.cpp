#include "core/upkeep/Stager.h"

#include <algorithm>

namespace core::upkeep {

namespace {

constexpr base::milliseconds kRest{250};

} // namespace

void Stager::follow(const broker::Broker::Moves& moves) {
    const bool waits = std::any_of(moves.begin(), moves.end(), [](const broker::Move& move) {
        return move.task.state == task::TaskState::Scheduled || move.task.state == task::TaskState::Retry;
    });
    if (!waits)
        return;
    m_stale = true;
    wake();
}

base::Result<NextLook> Stager::look(base::Instant now) {
    if (auto earlier = m_late.take(); !earlier)
        return earlier.error();
    if (m_idle.exchange(false))
        m_restUntil = now + kRest;
    if (m_restUntil && *m_restUntil > now && *m_restUntil <= now + kRest)
        return NextLook{*m_restUntil - now};
    m_restUntil.reset();
    if (m_stale.exchange(false)) {
        auto due = m_broker.nextDue();
        if (!due) {
            m_stale = true;
            return due.error();
        }
        m_nextDue = *due;
    }
    if (!m_nextDue || *m_nextDue > now)
        return NextLook{kPeriod, m_nextDue};
    m_nextDue.reset();
    m_broker.stage(now, 256, m_retryRoom(), [this](base::Result<broker::Broker::Moves> moves) {
        m_stale = true;
        m_idle = moves && moves->empty();
        if (moves)
            m_sink(*moves);
        else
            m_late.set(moves.error());
        wake();
    });
    return NextLook{kPeriod};
}

} // namespace core::upkeep
