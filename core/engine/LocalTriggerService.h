#pragma once

#include "core/engine/LocalServices.h"
#include "core/engine/TriggerService.h"

namespace core::engine {

/// Thread: any but gui and writer.
class LocalTriggerService final : public TriggerService {
  public:
    explicit LocalTriggerService(ServiceParts& parts) : m_parts(parts) {}
    base::Result<std::vector<TriggerStatus>> list() const override;
    base::Result<TriggerStatus> find(const std::string& name) const override;
    base::Result<TriggerStatus> setEnabled(const std::string& name, bool enabled, const Actor& actor) override;

  private:
    base::Result<const task::Trigger*> named(const std::string& name) const;
    TriggerStatus statusOf(store::Connection& db, const task::Trigger& trigger) const;
    ServiceParts& m_parts;
};

} // namespace core::engine
