#pragma once

#include <mutex>
#include <string>
#include <string_view>

namespace core::worker {

/// Thread: any of the worker's. The worker's way to the engine: whole frames, one at a time. When the engine is gone
/// there is nobody to work for: the process ends on the spot.
class WorkerChannel {
  public:
    explicit WorkerChannel(int socket) : m_socket(socket) {}

    /// Waits until the engine has taken the frame.
    void send(std::string_view frame);
    /// Sends if that needs no waiting; otherwise false and nothing is sent.
    bool trySend(std::string_view frame);

  private:
    void sendRest(std::string_view bytes);

    int m_socket;
    std::mutex m_mutex; ///< keeps frames whole
};

} // namespace core::worker
