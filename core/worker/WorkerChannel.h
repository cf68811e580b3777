#pragma once

#include "core/worker/FrameSink.h"

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

namespace core::worker {

/// Thread: any of the worker's. The worker's way to the engine: whole frames, in the order in which they were given.
/// When the engine is gone there is nobody to work for: the process ends on the spot.
class WorkerChannel final : public FrameSink {
  public:
    explicit WorkerChannel(int socket) : m_socket(socket) {}

    /// Waits until the engine has taken the frame.
    void send(std::string_view frame) override;
    /// Sends if that needs no waiting; otherwise false and nothing is sent.
    bool trySend(std::string_view frame) override;
    /// Keeps the frame for the next flush or send: one system call for many.
    void add(std::string_view frame);
    /// Sends what was kept if its oldest frame is older than this, or if it is much.
    void flushOlderThan(std::chrono::milliseconds age);

  private:
    using Steady = std::chrono::steady_clock;
    void sendRest(std::string_view bytes);
    void flush();

    int m_socket;
    std::mutex m_mutex; ///< guards the fields below, and keeps frames whole
    std::string m_kept;
    Steady::time_point m_keptSince{};
};

} // namespace core::worker
