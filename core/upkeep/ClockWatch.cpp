#include "core/upkeep/ClockWatch.h"

namespace core::upkeep {

base::Result<void> ClockWatch::look(base::Instant now) {
    if (auto earlier = m_late.take(); !earlier)
        return earlier;
    const base::milliseconds offset = this->offset();
    const base::milliseconds by = offset - std::exchange(m_offset, offset);
    if (by < kJump && by > -kJump)
        return {};
    m_told(by);
    m_broker.shiftRetries(by, now, [this](base::Result<broker::Broker::Moves> moves) {
        if (moves)
            m_sink(*moves);
        else
            m_late.set(moves.error());
    });
    return {};
}

} // namespace core::upkeep
