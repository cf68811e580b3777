#pragma once

#include "core/store/Database.h"
#include "core/upkeep/Loop.h"

#include <functional>
#include <map>

namespace core::upkeep {

/// Delivers one message to the world outside; an error leaves it in the outbox for another try.
using Deliver = std::function<base::Result<void>(const base::Json& body, const std::string& idempotencyKey)>;

/// Takes committed messages out of the outbox, at least once each, oldest first. Thread: upkeep.
class OutboxRelay final : public Loop {
  public:
    OutboxRelay(store::Database& database, std::map<std::string, Deliver> channels)
        : m_database(database), m_channels(std::move(channels)) {}
    std::string name() const override { return "outbox"; }
    base::Result<NextLook> look(base::Instant now) override;

  private:
    static constexpr base::milliseconds kPeriod{500};

    store::Database& m_database;
    std::map<std::string, Deliver> m_channels;
};

} // namespace core::upkeep
