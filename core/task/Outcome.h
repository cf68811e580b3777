#pragma once

#include "core/base/Time.h"
#include "core/task/ChangeSet.h"

#include <string>
#include <vector>

namespace core::task {

/// A task that the outcome starts, committed with it.
struct FollowUp {
    std::string type;
    base::Json params = base::Json::object();
    std::optional<int> priority;
    base::milliseconds countdown{0};
    /// Positions of earlier follow-ups of the same outcome that must succeed before this one becomes due.
    std::vector<size_t> after{};
};

/// A message for the world outside, committed with the outcome and delivered at least once.
struct OutboxMessage {
    std::string channel; ///< in_app, email, webhook, file
    base::Json body = base::Json::object();
};

enum class Verdict { Success, Failure };
enum class Retryable { No, Yes };

/// What one attempt came to. A task never writes: this is all that leaves it.
struct Outcome {
    Verdict verdict = Verdict::Success;
    base::Json result = nullptr; ///< with a failure: the body kept beside the error, may be null
    ChangeSet changes;           ///< applied only with a success
    std::vector<FollowUp> followUps;
    std::vector<OutboxMessage> outbox;

    // Failure only.
    std::string errorType;
    std::string errorMessage;
    std::string traceback;
    Retryable retryable = Retryable::Yes;

    static Outcome success(base::Json result, ChangeSet changes = {});
    /// A failure that trying again will not mend (wrong data, refused by a rule).
    static Outcome permanentFailure(std::string type, std::string message, base::Json result = nullptr);
    /// A failure that may pass (busy, network, disk).
    static Outcome transientFailure(std::string type, std::string message);
};

/// The outcome as the worker protocol carries it.
base::Json toJson(const Outcome& outcome);
/// Checks everything: the worker is not trusted. InvalidParams names the first wrong field.
base::Result<Outcome> outcomeFromJson(const base::Json& json);

} // namespace core::task
