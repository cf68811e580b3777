#pragma once

#include "core/policy/Retention.h"
#include "core/store/Connection.h"
#include "core/task/TaskState.h"

#include <functional>

namespace core::store {

/// A task whose row is gone.
struct ForgottenTask {
    std::string queue, type;
    task::TaskState state = task::TaskState::Success;
};

/// What one slice took away.
struct Swept {
    int64_t removed = 0;
    std::vector<ForgottenTask> tasks;
};

/// One kind of thing that goes with time. It walks over its rows a page at a time on a reading connection, then takes
/// away on the writing one what is too old and needed by nobody; who needs it is asked there once more.
/// Thread: one at a time.
class Broom {
  public:
    /// Rows looked at together, and taken away together at most.
    static constexpr int kPage = 500;

    virtual ~Broom() = default;
    /// `tasks`, `results`, `failed bodies`, `keys`, `messages`, `firings`, `log lines`.
    virtual std::string name() const = 0;
    /// Looks at the next page. False when there is no more to look at for now.
    virtual bool find(Connection& db, base::Instant now) = 0;
    /// Whether something was found that is still there.
    virtual bool hasFound() const = 0;
    /// Takes away what was found, until `enough`.
    virtual Swept sweep(Connection& db, base::Instant now, const std::function<bool()>& enough) = 0;
};

/// For core.db. Results of tasks whose metadata say `"keep": true`, and of those that a schedule launched, stay as long
/// as their rows. What stays in any case: what is not at its end, what a live task was made from or waits for, and all
/// of a workflow that is not at its end.
std::vector<std::unique_ptr<Broom>> coreBrooms(const policy::Retention& retention);
/// The statements of the walks over core.db, to be explained.
std::vector<std::string> pruningStatements();
/// For telemetry.db.
std::unique_ptr<Broom> logBroom(const policy::Retention& retention);

} // namespace core::store
