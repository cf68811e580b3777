#include "core/upkeep/HighWaterKeeper.h"

#include "core/store/HighWater.h"

namespace core::upkeep {

base::Result<NextLook> HighWaterKeeper::look(base::Instant now) {
    const uint64_t changes = m_database.statistics().changes;
    if (m_changesNoted == changes)
        return NextLook{kPeriod};
    const auto mark = m_database.read(
        [now](store::Connection& db) -> base::Result<store::HighWater> { return store::readHighWater(db, now); });
    if (!mark)
        return mark.error();
    if (auto saved = store::saveHighWater(m_file, *mark); !saved)
        return saved.error();
    m_changesNoted = changes;
    return NextLook{kPeriod};
}

} // namespace core::upkeep
