#pragma once

#include "app/cli/Session.h"

#include <optional>
#include <string>
#include <vector>

namespace app::cli {

/// `--wait [SECONDS]`: absent, without end, or so many seconds.
struct Wait {
    bool wanted = false;
    std::string seconds; ///< empty: without end
};

struct TaskStart {
    std::string type, params, metadata, eta, idempotencyKey;
    std::optional<int> priority, maxRetries;
    std::optional<double> countdown, expires, timeout;
    std::vector<std::string> tags;
    Wait wait;
};

struct TaskList {
    std::string state, queue, type, search, after, from, to;
    int limit = 50;
};

struct TaskCancel {
    std::vector<std::string> ids;
    std::string filter;
    bool confirmed = false;
    bool tree = false;
};

struct TaskRetry {
    std::vector<std::string> ids;
    std::string params;
    bool tree = false;
    Wait wait;
};

/// Every verb: build the request, print the document. Errors carry the exit status in their code.
using Outcome = core::base::Result<ExitStatus>;

Outcome showTaskTypes(Session& session);
/// Circuit breaker and rate of every type.
Outcome showTypeStatuses(Session& session);
/// `action`: open, close, reset.
Outcome setBreaker(Session& session, const std::string& type, const std::string& action, const std::string& reason);
Outcome startTask(Session& session, const TaskStart& what);
Outcome listTasks(Session& session, const TaskList& which);
Outcome reportHistory(Session& session, const TaskList& which);
Outcome showTask(Session& session, const std::string& id);
Outcome showResult(Session& session, const std::string& id, const Wait& wait);
Outcome showLog(Session& session, const std::string& id);
Outcome showTree(Session& session, const std::string& id);
Outcome cancelTasks(Session& session, const TaskCancel& which);
Outcome retryTasks(Session& session, const TaskRetry& which);
Outcome rescheduleTask(Session& session, const std::string& id, const std::string& eta);

/// The JSON object that an option was given as text.
core::base::Result<core::base::Json> parseJsonOption(const char* option, const std::string& text);

/// Waits for a task, prints it and tells by the status how it ended; a failure of type `conflict` is a conflict.
Outcome followTask(Session& session, const std::string& id, const Wait& wait);

} // namespace app::cli
