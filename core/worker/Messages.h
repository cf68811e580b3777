#pragma once

#include "core/base/Json.h"
#include "core/base/Log.h"
#include "core/task/Outcome.h"
#include "core/task/Progress.h"
#include "core/worker/Frame.h"
#include "core/worker/WorkerPool.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core::worker {

/// Both ends of the socket must speak the same one.
inline constexpr int kProtocolVersion = 3;
/// Attempts that one worker may have been handed and not ended.
inline constexpr size_t kMaxBatch = 256;
/// How deep the CBOR of a frame may nest: Json::kMaxJsonDepth of foreign values, and room for our own envelopes.
inline constexpr int kMaxFrameDepth = 64;
/// Log text of one attempt, in bytes; what comes after is dropped and a marker says so.
inline constexpr size_t kMaxLogBytes = 1u << 20;
/// Longest single log or progress text, in bytes; the rest is cut off.
inline constexpr size_t kMaxTextBytes = 16u << 10;

/// Which attempt a frame is about.
struct AttemptKey {
    task::TaskId task;
    int attempt = 0;

    bool operator==(const AttemptKey&) const = default;
};

struct CancelMessage {
    AttemptKey about;
};

struct HelloMessage {
    int protocol = kProtocolVersion;
    int pid = 0;
    std::vector<std::string> types; ///< ids of the task types that the worker can run
};

struct HeartbeatMessage {
    int64_t rssBytes = 0;
};

struct ProgressMessage {
    AttemptKey about;
    task::Progress progress;
};

struct LogMessage {
    AttemptKey about;
    base::LogLevel level = base::LogLevel::Info;
    std::string text;
};

/// The end of an attempt: an outcome, or none because the handler obeyed a cancel.
struct OutcomeMessage {
    AttemptKey about;
    int64_t rssBytes = 0;
    std::chrono::microseconds ran{0}; ///< time in the handler
    std::optional<task::Outcome> outcome;
    bool worn = false; ///< handlers left the process with too little for another one
    base::Json partial = nullptr; ///< without an outcome: what the handler wanted to keep
};

/// Attempts that were handed over, had not begun, and will not: the answer to a recall.
struct ReturnedMessage {
    std::vector<AttemptKey> attempts;
};

// Whole frames, ready for the socket. Only those with a limit that a caller can pass return a Result.
base::Result<std::string> encode(const Job& job);
base::Result<std::string> encode(const OutcomeMessage& message);
std::string encode(const CancelMessage& message);
std::string encode(const HeartbeatMessage& message);
/// Texts longer than kMaxTextBytes are cut.
std::string encode(const ProgressMessage& message);
std::string encode(const LogMessage& message);
base::Result<std::string> encode(const HelloMessage& message);
std::string encodeExit();
std::string encodeRecall();
base::Result<std::string> encode(const ReturnedMessage& message);

// Payloads. Nothing is taken on trust: CBOR with nothing behind it, no byte strings, at most kMaxFrameDepth levels,
// exactly the named fields with the right types and ranges; otherwise InvalidParams. Text that is not UTF-8 is
// repaired with U+FFFD.
base::Result<Job> decodeRun(std::string_view payload);
base::Result<CancelMessage> decodeCancel(std::string_view payload);
base::Result<HelloMessage> decodeHello(std::string_view payload);
base::Result<HeartbeatMessage> decodeHeartbeat(std::string_view payload);
base::Result<ProgressMessage> decodeProgress(std::string_view payload);
base::Result<LogMessage> decodeLog(std::string_view payload);
base::Result<OutcomeMessage> decodeOutcome(std::string_view payload);
base::Result<ReturnedMessage> decodeReturned(std::string_view payload);
/// An exit or recall frame carries nothing.
base::Result<void> decodeEmpty(FrameKind kind, std::string_view payload);

} // namespace core::worker
