#include "core/worker/Frame.h"

namespace core::worker {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

constexpr size_t kKeptBuffer = 256u << 10; ///< a larger buffer is given back once it is empty

bool travels(uint8_t kind, Direction direction) {
    switch (FrameKind(kind)) {
    case FrameKind::Run:
    case FrameKind::Cancel:
    case FrameKind::Exit:
    case FrameKind::Recall: return direction == Direction::EngineToWorker;
    case FrameKind::Hello:
    case FrameKind::Heartbeat:
    case FrameKind::Progress:
    case FrameKind::Log:
    case FrameKind::Outcome:
    case FrameKind::Returned: return direction == Direction::WorkerToEngine;
    }
    return false;
}

uint32_t lengthAt(const char* bytes) {
    const auto* b = reinterpret_cast<const unsigned char*>(bytes);
    return uint32_t(b[0]) | uint32_t(b[1]) << 8 | uint32_t(b[2]) << 16 | uint32_t(b[3]) << 24;
}

std::string overLimit(FrameKind kind, size_t length) {
    return std::string("a ") + toText(kind) + " frame of " + std::to_string(length) + " bytes is over the limit of " +
           std::to_string(payloadLimit(kind));
}

} // namespace

const char* toText(FrameKind kind) {
    switch (kind) {
    case FrameKind::Run: return "run";
    case FrameKind::Cancel: return "cancel";
    case FrameKind::Exit: return "exit";
    case FrameKind::Hello: return "hello";
    case FrameKind::Heartbeat: return "heartbeat";
    case FrameKind::Progress: return "progress";
    case FrameKind::Log: return "log";
    case FrameKind::Outcome: return "outcome";
    case FrameKind::Recall: return "recall";
    case FrameKind::Returned: return "returned";
    }
    return "unknown";
}

size_t payloadLimit(FrameKind kind) {
    return kind == FrameKind::Run || kind == FrameKind::Outcome ? kMaxLargeFrame : kMaxSmallFrame;
}

Result<std::string> frame(FrameKind kind, std::string_view payload) {
    if (payload.size() > payloadLimit(kind))
        return Error{ErrorCode::InvalidParams, overLimit(kind, payload.size()), {}, {}};
    std::string bytes;
    bytes.reserve(kFrameHeader + payload.size());
    const auto length = uint32_t(payload.size());
    for (int shift = 0; shift < 32; shift += 8)
        bytes += char(length >> shift & 0xFF);
    bytes += char(kind);
    bytes += payload;
    return bytes;
}

void FrameReader::feed(std::string_view bytes) {
    if (m_offset == m_buffer.size()) {
        m_buffer.clear();
        m_offset = 0;
        if (m_buffer.capacity() > kKeptBuffer)
            m_buffer.shrink_to_fit();
    } else if (m_offset > 0) {
        m_buffer.erase(0, m_offset);
        m_offset = 0;
    }
    m_buffer += bytes;
}

Result<std::optional<FrameView>> FrameReader::next() {
    const size_t left = m_buffer.size() - m_offset;
    if (left < kFrameHeader)
        return std::optional<FrameView>{};
    const char* start = m_buffer.data() + m_offset;
    const size_t length = lengthAt(start);
    const auto kind = uint8_t(start[4]);
    if (!travels(kind, m_direction))
        return Error{ErrorCode::InvalidParams, "a frame of the unknown kind " + std::to_string(kind), {}, {}};
    if (length > payloadLimit(FrameKind(kind)))
        return Error{ErrorCode::InvalidParams, overLimit(FrameKind(kind), length), {}, {}};
    if (left < kFrameHeader + length)
        return std::optional<FrameView>{};
    m_offset += kFrameHeader + length;
    return std::optional<FrameView>{FrameView{FrameKind(kind), std::string_view(start + kFrameHeader, length)}};
}

} // namespace core::worker
