#include "core/store/ReaderPool.h"

#include <sqlite3.h>

namespace core::store {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

constexpr size_t kMaxIdleReaders = 8;
constexpr int kStepsBetweenLooks = 2000;
constexpr base::milliseconds kLongestHold{2000};

} // namespace

struct ReaderPool::Loan::Deadline {
    using Steady = std::chrono::steady_clock;
    const std::atomic<bool>& pressed;
    base::milliseconds patience;
    Steady::time_point begun = Steady::now();
    bool passed = false;

    bool look() {
        const auto taken = Steady::now() - begun;
        passed = passed || taken > (pressed ? std::min(patience, kPressedReadPatience) : patience);
        return passed;
    }
};

ReaderPool::Loan::Loan(ReaderPool& pool, std::unique_ptr<Connection> connection, base::milliseconds patience)
    : m_pool(&pool), m_connection(std::move(connection)),
      m_deadline(std::make_unique<Deadline>(Deadline{pool.m_pressed, patience})) {
    sqlite3_progress_handler(
        m_connection->handle(), kStepsBetweenLooks,
        [](void* deadline) { return static_cast<Deadline*>(deadline)->look() ? 1 : 0; }, m_deadline.get());
}

ReaderPool::Loan::Loan(Loan&&) noexcept = default;

ReaderPool::Loan::~Loan() {
    if (!m_connection)
        return;
    sqlite3_progress_handler(m_connection->handle(), 0, nullptr, nullptr);
    m_pool->giveBack(std::move(m_connection));
}

Error ReaderPool::Loan::explain(const Error& error) const {
    if (!m_deadline->passed || error.code != ErrorCode::Cancelled)
        return error;
    return {ErrorCode::Unavailable, "the query took too long and was stopped",
            "Narrow it, or try again when less is going on", {}};
}

Result<ReaderPool::Loan> ReaderPool::borrow(base::milliseconds patience) {
    std::unique_ptr<Connection> connection;
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, kLongestHold, [&] { return !m_closed; });
        ++m_lent;
        if (!m_idle.empty()) {
            connection = std::move(m_idle.back());
            m_idle.pop_back();
        }
    }
    if (!connection) {
        auto opened = Connection::open(m_file, OpenMode::ReadOnly);
        if (!opened) {
            giveBack(nullptr);
            return opened.error();
        }
        connection = std::move(*opened);
    }
    return Loan(*this, std::move(connection), patience);
}

void ReaderPool::giveBack(std::unique_ptr<Connection> connection) {
    {
        const std::lock_guard lock(m_mutex);
        --m_lent;
        if (connection && m_idle.size() < kMaxIdleReaders)
            m_idle.push_back(std::move(connection));
    }
    m_changed.notify_all();
}

void ReaderPool::whileNobodyReads(base::milliseconds patience, const std::function<void()>& work) {
    {
        std::unique_lock lock(m_mutex);
        m_closed = true;
        m_changed.wait_for(lock, patience, [&] { return m_lent == 0; });
    }
    work();
    {
        const std::lock_guard lock(m_mutex);
        m_closed = false;
    }
    m_changed.notify_all();
}

} // namespace core::store
