#include "core/task/Notice.h"

#include "core/base/Text.h"
#include "core/task/ErrorSuggestion.h"
#include "core/task/TaskType.h"

namespace core::task {

using base::Json;

namespace {

constexpr size_t kMaxMessage = 2000;

Json bodyOf(const TaskType& type, const Notice& notice, const EndFacts& facts) {
    const bool failed = facts.end == NoticeOn::Failure;
    const std::string error = base::shortened(facts.errorMessage, kMaxMessage);
    Json body;
    body["type"] = failed ? "task_failed" : "task_success";
    body["level"] = failed ? "warning" : "info";
    body["subject"] = type.title + (failed ? " failed" : " is done");
    body["message"] = type.title + (failed ? " failed: " + error : " is done");
    body["to"] = notice.to.empty() ? facts.triggeredBy : notice.to;
    body["task_id"] = facts.taskId;
    body["task_type"] = type.id;
    body["title"] = type.title;
    body["at"] = base::formatInstant(facts.at);
    body["ran_seconds"] = facts.ran ? Json(double(facts.ran->count()) / 1000.0) : Json();
    body["data"] = notice.data ? notice.data(facts) : Json::object();
    std::string text = body["message"].get<std::string>() + ".\n";
    if (failed) {
        body["error_type"] = base::shortened(facts.errorType, kMaxMessage);
        body["error_message"] = error;
        body["error_suggestion"] = errorSuggestion(facts.errorType, facts.errorMessage);
        text += "\n" + body["error_suggestion"].get<std::string>() + "\n";
    }
    body["body"] = text + "\nTask " + facts.taskId + ", launched by " + facts.triggeredBy +
                   ". Everything about it: beatwarden task show " + facts.taskId + "\n";
    return body;
}

/// One message, or why there is none.
base::Result<OutboxMessage> messageOf(const TaskType& type, const Notice& notice, const EndFacts& facts) {
    const auto failed = [&](const std::string& why) {
        return base::Error{base::ErrorCode::Internal, "the " + notice.channel + " notice could not be made: " + why, {}, {}};
    };
    try {
        Json body = bodyOf(type, notice, facts);
        const size_t size = base::dumpJson(body).size();
        if (size > kMaxNoticeBytes)
            return failed("it has " + std::to_string(size) + " bytes, more than 64 KiB");
        return OutboxMessage{notice.channel, std::move(body)};
    } catch (const std::exception& exception) {
        return failed(exception.what());
    } catch (...) {
        return failed("something that is not an exception was thrown");
    }
}

} // namespace

Notices noticesOf(const TaskType& type, const EndFacts& facts) {
    Notices notices;
    for (const Notice& notice : type.notify) {
        if (notice.on != facts.end)
            continue;
        auto message = messageOf(type, notice, facts);
        if (message)
            notices.messages.push_back(std::move(*message));
        else
            notices.problems.push_back(message.error().message);
    }
    return notices;
}

} // namespace core::task
