#include "core/api/HandlerPool.h"

#include <system_error>

namespace core::api {

HandlerPool::~HandlerPool() {
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_all();
    for (std::thread& thread : m_threads)
        thread.join();
}

void HandlerPool::run(std::function<void()> work) {
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.push_back(std::move(work));
        if (m_waiting.size() > m_idle && m_threads.size() < m_most)
            addThread();
    }
    m_wake.notify_one();
}

void HandlerPool::addThread() {
    try {
        m_threads.emplace_back([this] { loop(); });
    } catch (const std::system_error&) {
        // Out of threads: the work waits for one of those that exist.
        if (m_threads.empty())
            throw;
    }
}

void HandlerPool::loop() {
    std::unique_lock lock(m_mutex);
    for (;;) {
        ++m_idle;
        m_wake.wait(lock, [this] { return m_stopping || !m_waiting.empty(); });
        --m_idle;
        if (m_waiting.empty())
            return;
        const auto work = std::move(m_waiting.front());
        m_waiting.pop_front();
        lock.unlock();
        work();
        lock.lock();
    }
}

} // namespace core::api
