#include "core/upkeep/OwnerLease.h"

#include "core/base/Log.h"

namespace core::upkeep {

base::Result<NextLook> OwnerLease::look(base::Instant now) {
    m_broker.renew(m_epoch, now, [this](const base::Result<bool>& renewed) {
        if (renewed)
            return;
        base::log(base::LogLevel::Error, "owner lease", renewed.error().text());
        if (renewed.error().code == base::ErrorCode::Conflict && m_lost)
            std::exchange(m_lost, nullptr)();
    });
    return NextLook{kPeriod};
}

} // namespace core::upkeep
