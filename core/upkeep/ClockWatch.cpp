#include "core/upkeep/ClockWatch.h"

namespace core::upkeep {

base::Result<NextLook> ClockWatch::look(base::Instant now) {
    if (auto earlier = m_late.take(); !earlier)
        return earlier.error();
    const auto jump = m_jumps.look(m_clock.moment());
    if (!jump)
        return NextLook{kPeriod};
    m_told(jump->by());
    m_broker.shiftRetries(jump->by(), now, [this](base::Result<broker::Broker::Moves> moves) {
        if (moves)
            m_sink(*moves);
        else
            m_late.set(moves.error());
        wake();
    });
    return NextLook{kPeriod};
}

} // namespace core::upkeep
