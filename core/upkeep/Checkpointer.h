#pragma once

#include "core/store/Database.h"
#include "core/upkeep/Loop.h"

namespace core::upkeep {

/// Empties the write-ahead log while nothing is written. Thread: upkeep; the work is done on the writer thread.
class Checkpointer final : public Loop {
  public:
    explicit Checkpointer(store::Database& database) : m_database(database) {}
    std::string name() const override { return "checkpointer"; }
    base::Result<NextLook> look(base::Instant) override {
        const uint64_t requests = m_database.statistics().requests;
        if (requests != m_requestsSeen)
            m_database.checkpointWhenIdle();
        m_requestsSeen = requests;
        return NextLook{kPeriod};
    }

  private:
    static constexpr base::seconds kPeriod{60};

    store::Database& m_database;
    uint64_t m_requestsSeen = 0;
};

} // namespace core::upkeep
