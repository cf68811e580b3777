#include "core/upkeep/ClockWatch.h"

namespace core::upkeep {

base::Result<void> ClockWatch::look(base::Instant now) {
    if (auto earlier = m_late.take(); !earlier)
        return earlier;
    const auto jump = m_jumps.look(now, m_clock.sinceBoot());
    if (!jump)
        return {};
    m_told(jump->by());
    m_broker.shiftRetries(jump->by(), now, [this](base::Result<broker::Broker::Moves> moves) {
        if (moves)
            m_sink(*moves);
        else
            m_late.set(moves.error());
    });
    return {};
}

} // namespace core::upkeep
