#pragma once

#include "core/engine/LocalServices.h"
#include "core/engine/WorkflowService.h"

namespace core::engine {

/// Thread: any but gui and writer.
class LocalWorkflowService final : public WorkflowService {
  public:
    explicit LocalWorkflowService(ServiceParts& parts) : m_parts(parts) {}
    base::Result<std::vector<task::Task>> submit(const Workflow& workflow, const Actor& actor) override;
    base::Result<std::vector<TreeNode>> tree(const task::TaskId& member) const override;
    base::Result<int> cancelTree(const task::TaskId& member, const Actor& actor) override;
    base::Result<std::vector<task::Task>> retryTree(const task::TaskId& member, const Actor& actor) override;

  private:
    ServiceParts& m_parts;
};

} // namespace core::engine
