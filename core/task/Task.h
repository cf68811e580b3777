#pragma once

#include "core/base/Id.h"
#include "core/base/Time.h"
#include "core/task/Outcome.h"
#include "core/task/Queue.h"
#include "core/task/TaskState.h"

#include <optional>
#include <string>
#include <vector>

namespace core::task {

using TaskId = base::Id<struct TaskIdTag>;

/// One durable row: what was asked, where it stands, what came of it.
struct Task {
    int64_t key = 0; ///< the store's integer row key; grows with submission
    TaskId id;
    std::string type;
    std::string queue;
    TaskState state = TaskState::Pending;
    FailureReason reason = FailureReason::None;
    int priority = kDefaultPriority;
    base::Json params = base::Json::object();
    base::Json metadata = base::Json::object();
    std::vector<std::string> tags;
    base::Json result = nullptr;
    std::string errorType, errorMessage, traceback;
    int attempt = 0;     ///< attempts begun so far
    int maxAttempts = 1;
    base::Instant createdAt{};
    std::optional<base::Instant> scheduledFor, startedAt, finishedAt, expiresAt;
    std::string worker; ///< `worker-2 (pid 1234)` while started, and of the last attempt afterwards
    std::string parentId, retryOf, idempotencyKey, triggeredBy;
    std::string workflow;  ///< id shared by the tasks of one workflow
    int waitsFor = 0;      ///< tasks that must succeed before this one becomes due; of a workflow
    int version = 0;       ///< moves so far: what a person saw is bound to it
    std::optional<base::milliseconds> timeLimit; ///< of each attempt, when it is shorter than the type's
    bool cancelRequested = false; ///< a running task that was told to stop and whose process is not gone yet

    // Live while started; absent otherwise.
    std::optional<double> progress; ///< percent, 0..100
    std::string progressText;
    base::Json progressFields = nullptr; ///< figures of the task's own, an object or null
    std::optional<double> etaSeconds;
};

/// One run of a task.
struct Attempt {
    int number = 0;
    base::Instant startedAt{};
    std::optional<base::Instant> endedAt;
    std::string outcome; ///< success, failure, retry, revoked, interrupted; empty while it runs
    std::string errorType, errorMessage;
    std::string worker;
};

/// One legal move of a task, as the history keeps it.
struct Transition {
    std::optional<TaskState> from; ///< absent for the first row
    TaskState to = TaskState::Pending;
    int attempt = 0;
    base::Instant at{};
    std::string note; ///< who or why, for people
};

/// The task document of CLI, HTTP and events (ISO times, absent = null).
base::Json toDocument(const Task& task);

} // namespace core::task
