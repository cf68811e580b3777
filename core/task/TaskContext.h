#pragma once

#include "core/base/Clock.h"
#include "core/base/Json.h"
#include "core/base/Log.h"
#include "core/task/Progress.h"

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace core::task {

/// Thrown by TaskContext::checkCancelled; handlers let it pass.
class Cancelled : public std::runtime_error {
  public:
    Cancelled() : std::runtime_error("cancelled") {}
};

/// Thrown by TaskContext::checkCancelled when the soft limit has passed; handlers let it pass.
class SoftTimeLimitExceeded : public std::runtime_error {
  public:
    SoftTimeLimitExceeded() : std::runtime_error("soft time limit exceeded") {}
};

class ProgressScope;

/// Thread: task (in a worker process). All that a handler may use of the world: it reads and reports, it never writes.
class TaskContext {
  public:
    virtual ~TaskContext() = default;

    virtual const base::Clock& clock() const = 0;
    virtual const std::string& taskId() const = 0;
    /// 1 for the first attempt.
    virtual int attempt() const = 0;
    /// Who launched it: a user name, `schedule:<name>` or `system`.
    virtual const std::string& triggeredBy() const = 0;
    /// core.db, to be opened read-only.
    virtual const std::filesystem::path& databasePath() const = 0;
    /// Of a workflow: what the tasks came to that this one waited for, in their order: an array of {task, type, result};
    /// null for a task that waited for none.
    virtual const base::Json& upstream() const = 0;
    /// Progress in percent, 0..99 (100 is success itself), with a line for people, and figures of the task's own
    /// (an object of at most kMaxProgressFields bytes; anything else is left out, and a log line says so).
    void progress(double percent, std::string_view text) { report({percent, std::string(text), nullptr}); }
    void progress(double percent, std::string_view text, base::Json fields) {
        report({percent, std::string(text), std::move(fields)});
    }
    /// A context for a part of the work, whose 0..100 percent are `from`..`to` of this one. See ProgressScope.h.
    ProgressScope scope(double from, double to);
    /// What is to be kept as the result if the attempt is stopped by its soft limit or a cancel, or fails without a
    /// result of its own. The last one counts.
    virtual void partialResult(base::Json result) = 0;
    /// To be run when the handler has ended, however it ended; the last one first. What goes wrong in it is logged and
    /// never changes how the attempt ends. After a cancel the type's clean-up time is what is left for it.
    virtual void atEnd(std::function<void()> cleanUp) = 0;
    virtual void log(base::LogLevel level, std::string_view text) = 0;
    /// Call at least once a second in long loops. Throws Cancelled or SoftTimeLimitExceeded.
    virtual void checkCancelled() const = 0;

  private:
    virtual void report(Progress progress) = 0;
};

} // namespace core::task
