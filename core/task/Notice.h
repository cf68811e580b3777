#pragma once

#include "core/base/Time.h"
#include "core/task/Outcome.h"

#include <functional>
#include <string>
#include <vector>

namespace core::task {

struct TaskType;

enum class NoticeOn { Success, Failure };

/// How a task ended, for who is told of it.
struct EndFacts {
    std::string taskId;
    std::string triggeredBy;
    NoticeOn end = NoticeOn::Success;
    base::Json params = base::Json::object();
    base::Json result = nullptr;
    std::string errorType, errorMessage; ///< of a failure
    std::optional<base::milliseconds> ran;
    base::Instant at{};
};

/// Who is told, and how, when a task of a type ends for good. A retry is not an end.
struct Notice {
    NoticeOn on = NoticeOn::Failure;
    std::string channel = "in_app"; ///< in_app, email, webhook
    std::string to;                 ///< an address or a name; empty: who launched the task
    /// Adds fields of the type's own to the body's `data`; may throw.
    std::function<base::Json(const EndFacts&)> data;
};

/// Largest body of one notice, in bytes of JSON.
inline constexpr size_t kMaxNoticeBytes = 64u << 10;

/// The messages of an end, and what went wrong with those that could not be made: one line each.
struct Notices {
    std::vector<OutboxMessage> messages;
    std::vector<std::string> problems;
};

/// What a type's notices say of an end: type `task_success` or `task_failed`, level, subject, message, to, task_id,
/// task_type, title, at, ran_seconds, data, body (all of it as text for a mail); of a failure also error_type, error_message
/// and error_suggestion. Never throws: a notice that fails or is too large is a problem of its own and hides nothing.
Notices noticesOf(const TaskType& type, const EndFacts& facts);

} // namespace core::task
