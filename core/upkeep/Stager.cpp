#include "core/upkeep/Stager.h"

#include "core/base/Log.h"

namespace core::upkeep {

base::Result<void> Stager::look(base::Instant now) {
    if (m_stale.exchange(false)) {
        auto due = m_broker.nextDue();
        if (!due) {
            m_stale = true;
            return due.error();
        }
        m_nextDue = *due;
    }
    if (!m_nextDue || *m_nextDue > now)
        return {};
    m_nextDue.reset();
    m_broker.stage(now, 256, [this](base::Result<broker::Broker::Moves> moves) {
        m_stale = true;
        if (moves)
            m_sink(*moves);
        else
            base::log(base::LogLevel::Error, "stager", moves.error().text());
    });
    return {};
}

} // namespace core::upkeep
