#include "core/upkeep/Expirer.h"

#include "core/base/Log.h"

namespace core::upkeep {

base::Result<void> Expirer::look(base::Instant now) {
    const auto next = m_broker.nextExpiry();
    if (!next)
        return next.error();
    if (!*next || **next > now)
        return {};
    m_broker.expire(now, 256, [this](base::Result<broker::Broker::Moves> moves) {
        if (moves)
            m_sink(*moves);
        else
            base::log(base::LogLevel::Error, "expirer", moves.error().text());
    });
    return {};
}

} // namespace core::upkeep
