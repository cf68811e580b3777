#pragma once

#include "core/engine/BulkService.h"
#include "core/engine/LocalServices.h"
#include "core/upkeep/Loop.h"

namespace core::engine {

/// Thread: any but gui and writer.
class LocalBulkService final : public BulkService {
  public:
    explicit LocalBulkService(ServiceParts& parts) : m_parts(parts) {}
    base::Result<store::BulkAct> begin(const BulkRequest& request, const Actor& actor) override;
    base::Result<store::BulkAct> undo(const std::string& id, const Actor& actor) override;
    base::Result<store::BulkAct> find(const std::string& id) const override;
    base::Result<std::vector<store::BulkAct>> recent(int limit) const override;

  private:
    ServiceParts& m_parts;
};

/// Does bulk acts whose hold is over, a slice at a time, each slice noted before the next. Thread: upkeep.
class BulkRunner final : public upkeep::Loop {
  public:
    explicit BulkRunner(ServiceParts& parts) : m_parts(parts) {}
    std::string name() const override { return "bulk acts"; }
    base::Result<upkeep::NextLook> look(base::Instant now) override;

  private:
    static constexpr base::milliseconds kPeriod{250};

    base::Result<int64_t> apply(const store::BulkAct& act, const std::vector<task::TaskId>& ids, base::Instant now);
    base::Result<int64_t> retry(const store::BulkAct& act, const std::vector<task::TaskId>& ids, base::Instant now);

    ServiceParts& m_parts;
};

} // namespace core::engine
