#pragma once

#include <string_view>

namespace core::worker {

/// Thread: any. Where the frames of an attempt go, whole and in the order in which they were given.
class FrameSink {
  public:
    virtual ~FrameSink() = default;
    /// Waits until the frame was taken.
    virtual void send(std::string_view frame) = 0;
    /// Sends if that needs no waiting; otherwise false and nothing is sent.
    virtual bool trySend(std::string_view frame) = 0;
};

} // namespace core::worker
