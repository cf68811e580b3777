#pragma once

#include "core/engine/Services.h"
#include "core/store/BulkStore.h"

#include <string>
#include <vector>

namespace core::engine {

/// What is to be done to many tasks.
struct BulkRequest {
    store::BulkKind kind = store::BulkKind::Cancel;
    std::vector<task::TaskId> ids; ///< these; or, when empty,
    std::vector<int64_t> keys;     ///< those with these row keys, as a table shows them; or, when empty,
    store::TaskFilter filter;      ///< what this matches now and the act can be done to
    std::optional<base::Instant> eta;      ///< Reschedule: when
    base::milliseconds hold{10'000};       ///< so long it can be undone, 0 to 10 minutes
};

/// Acts on many tasks at once. The set of tasks is frozen when the act is begun: what comes to match later is left alone.
/// Nothing happens before the hold is over, and until then the act can be undone; it is durable, and goes on after a
/// restart where it stood. Thread: any but gui (calls wait for the disk).
class BulkService {
  public:
    virtual ~BulkService() = default;
    /// InvalidParams: nothing matches, more than 100,000 tasks, or a wrong hold or time.
    virtual base::Result<store::BulkAct> begin(const BulkRequest& request, const Actor& actor) = 0;
    /// Conflict once the hold is over.
    virtual base::Result<store::BulkAct> undo(const std::string& id, const Actor& actor) = 0;
    virtual base::Result<store::BulkAct> find(const std::string& id) const = 0;
    /// Newest first.
    virtual base::Result<std::vector<store::BulkAct>> recent(int limit) const = 0;
};

} // namespace core::engine
