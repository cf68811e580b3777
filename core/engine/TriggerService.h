#pragma once

#include "core/engine/Services.h"
#include "core/store/TriggerStore.h"
#include "core/task/Trigger.h"

#include <string>
#include <vector>

namespace core::engine {

/// A rule of what follows from what, and what came of it until now.
struct TriggerStatus : store::TriggerRow {
    task::Trigger rule;
    std::string makes;    ///< the id of the task type, or the name by which it is waited for
    std::string waitsFor; ///< it rests until that is there: `the task type detect_leave_conflicts`; empty: it works
    std::string missing;  ///< of what it listens to, while the rest is there
};

/// Thread: any but gui.
class TriggerService {
  public:
    virtual ~TriggerService() = default;
    /// In the order of their list.
    virtual base::Result<std::vector<TriggerStatus>> list() const = 0;
    /// NotFound for an unknown name.
    virtual base::Result<TriggerStatus> find(const std::string& name) const = 0;
    /// From the next cause on. Tasks that wait already are not touched. Audited, and kept over restarts.
    virtual base::Result<TriggerStatus> setEnabled(const std::string& name, bool enabled, const Actor& actor) = 0;
};

} // namespace core::engine
