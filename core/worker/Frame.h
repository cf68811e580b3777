#pragma once

#include "core/base/Result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core::worker {

/// What a frame says. The number is the byte on the wire.
enum class FrameKind : uint8_t {
    // engine → worker
    Run = 1,
    Cancel = 2,
    Exit = 3,
    Recall = 4, ///< give back what has not begun
    // worker → engine
    Hello = 16,
    Heartbeat = 17,
    Progress = 18,
    Log = 19,
    Outcome = 20,
    Returned = 21 ///< what a recall found
};

enum class Direction { EngineToWorker, WorkerToEngine };

/// Length (4 bytes, little-endian, of the payload alone) and kind (1 byte) precede every payload.
inline constexpr size_t kFrameHeader = 5;
inline constexpr size_t kMaxLargeFrame = 8u << 20; ///< payload of run and outcome, in bytes
inline constexpr size_t kMaxSmallFrame = 64u << 10; ///< payload of all others, in bytes

/// `run`, `cancel`, … for messages to people.
const char* toText(FrameKind kind);
/// The largest payload of a kind, in bytes.
size_t payloadLimit(FrameKind kind);

/// Header and payload as they go over the socket; InvalidParams when the payload is over the limit of its kind.
base::Result<std::string> frame(FrameKind kind, std::string_view payload);

/// One frame inside a FrameReader's buffer: valid until the reader is fed again.
struct FrameView {
    FrameKind kind;
    std::string_view payload;
};

/// Thread: one at a time. Cuts a byte stream into frames. The other side is not trusted: a kind that does not travel in
/// this direction or a length over its limit is an error as soon as the header is there, so that the buffer never
/// grows beyond one frame of the largest size and one feeding. After an error the stream is lost.
class FrameReader {
  public:
    explicit FrameReader(Direction direction) : m_direction(direction) {}

    void feed(std::string_view bytes);
    /// The next whole frame; none when more bytes are needed; InvalidParams when the stream is not our protocol.
    base::Result<std::optional<FrameView>> next();
    /// True when the stream stands between two frames.
    bool atBoundary() const { return m_offset == m_buffer.size(); }

  private:
    Direction m_direction;
    std::string m_buffer;
    size_t m_offset = 0; ///< of the first byte that is not yet handed out
};

} // namespace core::worker
