#include "core/upkeep/Expirer.h"

namespace core::upkeep {

base::Result<NextLook> Expirer::look(base::Instant now) {
    if (auto earlier = m_late.take(); !earlier)
        return earlier.error();
    const auto next = m_broker.nextExpiry();
    if (!next)
        return next.error();
    if (!*next || **next > now)
        return NextLook{kPeriod};
    m_broker.expire(now, 256, [this](base::Result<broker::Broker::Moves> moves) {
        if (moves)
            m_sink(*moves);
        else
            m_late.set(moves.error());
    });
    return NextLook{kPeriod};
}

} // namespace core::upkeep
