#pragma once

#include "core/engine/LocalServices.h"

namespace core::engine {

/// Thread: any; `setBreaker` neither on the gui's nor on the writer's.
class LocalTaskTypeService final : public TaskTypeService {
  public:
    explicit LocalTaskTypeService(ServiceParts& parts) : m_parts(parts) {}
    /// Takes up what a person decided before the engine was started.
    base::Result<void> load();

    base::Result<TypeStatus> status(const std::string& type) const override;
    std::vector<TypeStatus> statuses() const override;
    RetryBudgetStatus retryBudget() const override { return m_parts.admission.retryBudget(); }
    base::Result<TypeStatus> setBreaker(const std::string& type, policy::BreakerHold hold, const std::string& reason,
                                        const Actor& actor) override;

  private:
    ServiceParts& m_parts;
};

} // namespace core::engine
