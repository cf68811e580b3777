#pragma once

#include "core/store/Database.h"
#include "core/upkeep/Loop.h"

namespace core::upkeep {

/// Once a second: lets the database try again what waits for the disk, and keep its log small. Thread: upkeep; the
/// work is done on the writer thread.
class StoreKeeper final : public Loop {
  public:
    explicit StoreKeeper(store::Database& database) : m_database(database) {}
    std::string name() const override { return "store"; }
    base::Result<NextLook> look(base::Instant) override {
        // Trouble is told by the database itself: a loop that reported it would be looked at less and less often.
        m_database.lookAfter();
        return NextLook{kPeriod};
    }

  private:
    static constexpr base::seconds kPeriod{1};

    store::Database& m_database;
};

} // namespace core::upkeep
