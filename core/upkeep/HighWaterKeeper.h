#pragma once

#include "core/store/Database.h"
#include "core/upkeep/Loop.h"

namespace core::upkeep {

/// Notes in a file of its own how far the database has come (see store::HighWater). Thread: upkeep.
class HighWaterKeeper final : public Loop {
  public:
    HighWaterKeeper(const store::Database& database, std::filesystem::path file)
        : m_database(database), m_file(std::move(file)) {}
    std::string name() const override { return "high-water mark"; }
    base::Result<NextLook> look(base::Instant now) override;

  private:
    static constexpr base::seconds kPeriod{5};

    const store::Database& m_database;
    const std::filesystem::path m_file;
    std::optional<uint64_t> m_changesNoted;
};

} // namespace core::upkeep
