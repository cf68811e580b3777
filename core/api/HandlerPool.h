#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace core::api {

/// Thread: any. Runs requests beside each other on threads that are made when all others are busy, up to `most`; with
/// `most` = the number of connections no request ever waits behind a waiting one. The destructor waits for all of them.
class HandlerPool {
  public:
    explicit HandlerPool(size_t most) : m_most(most) {}
    ~HandlerPool();
    HandlerPool(const HandlerPool&) = delete;
    HandlerPool& operator=(const HandlerPool&) = delete;

    void run(std::function<void()> work);

  private:
    void addThread();
    void loop();

    const size_t m_most;
    std::mutex m_mutex; // guards the fields below
    std::condition_variable m_wake;
    std::deque<std::function<void()>> m_waiting;
    size_t m_idle = 0;
    bool m_stopping = false;
    std::vector<std::thread> m_threads;
};

} // namespace core::api
