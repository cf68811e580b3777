#include "core/worker/Messages.h"

#include "core/base/Text.h"
#include "core/worker/Cbor.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace core::worker {

using base::Error;
using base::ErrorCode;
using base::Json;
using base::LogLevel;
using base::milliseconds;
using base::Result;

namespace {

/// Thrown and caught inside this file only: a payload that does not say what it must.
struct WrongField {
    std::string field;
};

/// The fields of one payload, taken out one by one; `done` refuses what is left over.
class Fields {
  public:
    explicit Fields(std::string_view payload) {
        auto json = fromCbor(payload, kMaxFrameDepth);
        if (!json)
            throw json.error();
        if (!json->is_object())
            throw WrongField{"(the whole)"};
        m_json = std::move(*json);
    }
    explicit Fields(const Json& json) : m_json(json) {
        if (!json.is_object())
            throw WrongField{"(an item)"};
    }

    Json any(const char* name) {
        const auto found = m_json.find(name);
        if (found == m_json.end())
            throw WrongField{name};
        ++m_taken;
        return std::move(*found);
    }
    std::string text(const char* name) {
        Json value = any(name);
        if (!value.is_string())
            throw WrongField{name};
        return std::move(value.get_ref<std::string&>());
    }
    int64_t integer(const char* name, int64_t low, int64_t high) {
        const auto number = base::integerIn(any(name), low, high);
        if (!number)
            throw WrongField{name};
        return *number;
    }
    AttemptKey about() {
        AttemptKey key;
        key.task.text = text("task");
        key.attempt = int(integer("attempt", 1, std::numeric_limits<int>::max()));
        if (key.task.empty())
            throw WrongField{"task"};
        return key;
    }
    void done() const {
        if (m_taken != m_json.size())
            throw WrongField{"(one too many)"};
    }

  private:
    Json m_json;
    size_t m_taken = 0;
};

/// Runs a decoder and turns what it throws into the Error of that kind of frame.
template <class Decode>
auto guardedDecode(FrameKind kind, Decode decode) -> Result<decltype(decode())> {
    const std::string frame = std::string("a ") + toText(kind) + " frame";
    try {
        return decode();
    } catch (const WrongField& wrong) {
        return Error{ErrorCode::InvalidParams, frame + " with a missing or wrong field '" + wrong.field + "'", {}, {}};
    } catch (const Error& error) {
        return error.in(frame);
    }
}

Json envelope(const AttemptKey& about) {
    return {{"task", about.task.text}, {"attempt", about.attempt}};
}

/// A frame that cannot be over its limit, because its texts are cut.
std::string smallFrame(FrameKind kind, const Json& json) {
    auto bytes = frame(kind, toCbor(json));
    assert(bytes);
    return std::move(*bytes);
}

constexpr int64_t kLongestLimit = int64_t(366) * 24 * 3600 * 1000; ///< a year, in milliseconds

} // namespace

Result<std::string> encode(const Job& job) {
    Json json = envelope({job.task, job.attempt});
    json["type"] = job.type;
    json["key"] = job.key;
    json["params"] = job.params;
    json["upstream"] = job.upstream;
    json["triggered_by"] = job.triggeredBy;
    json["soft_ms"] = job.softLimit.count();
    json["hard_ms"] = job.hardLimit.count();
    return frame(FrameKind::Run, toCbor(json));
}

Result<std::string> encode(const OutcomeMessage& message) {
    Json json = envelope(message.about);
    json["rss"] = message.rssBytes;
    json["ran_us"] = message.ran.count();
    json["outcome"] = message.outcome ? task::toJson(*message.outcome) : Json();
    json["worn"] = message.worn ? 1 : 0;
    if (!message.outcome)
        json["partial"] = message.partial;
    return frame(FrameKind::Outcome, toCbor(json));
}

Result<std::string> encode(const HelloMessage& message) {
    const Json json{{"protocol", message.protocol}, {"pid", message.pid}, {"types", message.types}};
    return frame(FrameKind::Hello, toCbor(json));
}

std::string encode(const CancelMessage& message) {
    return smallFrame(FrameKind::Cancel, envelope(message.about));
}

std::string encode(const HeartbeatMessage& message) {
    return smallFrame(FrameKind::Heartbeat, Json{{"rss", message.rssBytes}});
}

std::string encode(const ProgressMessage& message) {
    Json json = envelope(message.about);
    json["percent"] = message.progress.percent;
    json["text"] = base::shortened(message.progress.text, kMaxTextBytes);
    json["fields"] = message.progress.fields;
    return smallFrame(FrameKind::Progress, json);
}

std::string encode(const LogMessage& message) {
    Json json = envelope(message.about);
    json["level"] = int(message.level);
    json["text"] = base::shortened(message.text, kMaxTextBytes);
    return smallFrame(FrameKind::Log, json);
}

std::string encodeExit() {
    return smallFrame(FrameKind::Exit, Json::object());
}

std::string encodeRecall() {
    return smallFrame(FrameKind::Recall, Json::object());
}

Result<std::string> encode(const ReturnedMessage& message) {
    Json attempts = Json::array();
    for (const AttemptKey& key : message.attempts)
        attempts.push_back(envelope(key));
    return frame(FrameKind::Returned, toCbor(Json{{"attempts", attempts}}));
}

Result<Job> decodeRun(std::string_view payload) {
    return guardedDecode(FrameKind::Run, [&] {
        Fields fields(payload);
        Job job;
        AttemptKey about = fields.about();
        job.task = std::move(about.task);
        job.attempt = about.attempt;
        job.type = fields.text("type");
        job.key = fields.integer("key", 0, std::numeric_limits<int64_t>::max());
        job.params = fields.any("params");
        job.upstream = fields.any("upstream");
        job.triggeredBy = fields.text("triggered_by");
        job.softLimit = milliseconds(fields.integer("soft_ms", 0, kLongestLimit));
        job.hardLimit = milliseconds(fields.integer("hard_ms", 0, kLongestLimit));
        fields.done();
        return job;
    });
}

Result<CancelMessage> decodeCancel(std::string_view payload) {
    return guardedDecode(FrameKind::Cancel, [&] {
        Fields fields(payload);
        CancelMessage message{fields.about()};
        fields.done();
        return message;
    });
}

Result<HelloMessage> decodeHello(std::string_view payload) {
    return guardedDecode(FrameKind::Hello, [&] {
        Fields fields(payload);
        HelloMessage message;
        message.protocol = int(fields.integer("protocol", 0, std::numeric_limits<int>::max()));
        message.pid = int(fields.integer("pid", 1, std::numeric_limits<int>::max()));
        const Json types = fields.any("types");
        if (!types.is_array())
            throw WrongField{"types"};
        for (const Json& type : types) {
            if (!type.is_string())
                throw WrongField{"types"};
            message.types.push_back(type.get<std::string>());
        }
        fields.done();
        return message;
    });
}

Result<HeartbeatMessage> decodeHeartbeat(std::string_view payload) {
    return guardedDecode(FrameKind::Heartbeat, [&] {
        Fields fields(payload);
        HeartbeatMessage message{fields.integer("rss", 0, std::numeric_limits<int64_t>::max())};
        fields.done();
        return message;
    });
}

Result<ProgressMessage> decodeProgress(std::string_view payload) {
    return guardedDecode(FrameKind::Progress, [&] {
        Fields fields(payload);
        ProgressMessage message;
        message.about = fields.about();
        task::Progress& progress = message.progress;
        const Json percent = fields.any("percent");
        progress.percent = percent.is_number() ? percent.get<double>() : -1;
        if (!(progress.percent >= 0 && progress.percent <= 100))
            throw WrongField{"percent"};
        progress.text = fields.text("text");
        if (progress.text.size() > 3 * kMaxTextBytes) // repairing a byte makes it three
            throw WrongField{"text"};
        progress.fields = fields.any("fields");
        if (!progress.fields.is_null() &&
            (!progress.fields.is_object() || base::dumpJson(progress.fields).size() > 3 * task::kMaxProgressFields))
            throw WrongField{"fields"};
        fields.done();
        return message;
    });
}

Result<LogMessage> decodeLog(std::string_view payload) {
    return guardedDecode(FrameKind::Log, [&] {
        Fields fields(payload);
        LogMessage message;
        message.about = fields.about();
        message.level = LogLevel(fields.integer("level", int(LogLevel::Debug), int(LogLevel::Error)));
        message.text = fields.text("text");
        if (message.text.size() > 3 * kMaxTextBytes)
            throw WrongField{"text"};
        fields.done();
        return message;
    });
}

Result<OutcomeMessage> decodeOutcome(std::string_view payload) {
    return guardedDecode(FrameKind::Outcome, [&] {
        Fields fields(payload);
        OutcomeMessage message;
        message.about = fields.about();
        message.rssBytes = fields.integer("rss", 0, std::numeric_limits<int64_t>::max());
        message.ran = std::chrono::microseconds(fields.integer("ran_us", 0, 1000 * kLongestLimit));
        if (const Json json = fields.any("outcome"); !json.is_null()) {
            auto outcome = task::outcomeFromJson(json);
            if (!outcome)
                throw outcome.error();
            message.outcome = std::move(*outcome);
        } else {
            message.partial = fields.any("partial");
        }
        message.worn = fields.integer("worn", 0, 1) == 1;
        fields.done();
        return message;
    });
}

Result<ReturnedMessage> decodeReturned(std::string_view payload) {
    return guardedDecode(FrameKind::Returned, [&] {
        Fields fields(payload);
        ReturnedMessage message;
        const Json attempts = fields.any("attempts");
        if (!attempts.is_array() || attempts.size() > kMaxBatch)
            throw WrongField{"attempts"};
        for (const Json& json : attempts) {
            Fields one(json);
            message.attempts.push_back(one.about());
            one.done();
        }
        fields.done();
        return message;
    });
}

Result<void> decodeEmpty(FrameKind kind, std::string_view payload) {
    const auto empty = guardedDecode(kind, [&] {
        Fields(payload).done();
        return true;
    });
    return empty ? Result<void>() : Result<void>(empty.error());
}

} // namespace core::worker
