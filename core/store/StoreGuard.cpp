#include "core/store/StoreGuard.h"

#include "core/base/Log.h"
#include "core/store/LockHolders.h"

#include <cerrno>
#include <sqlite3.h>

namespace core::store {

using base::Error;
using base::ErrorCode;

const char* toText(StoreState state) {
    switch (state) {
    case StoreState::Ok: return "ok";
    case StoreState::DiskFull: return "disk_full";
    case StoreState::Failing: return "failing";
    case StoreState::Clogged: return "clogged";
    }
    return "failing";
}

StoreGuard::StoreGuard(std::filesystem::path database, std::filesystem::path ballast, const base::Clock& clock)
    : m_database(std::move(database)), m_clock(clock), m_ballast(std::move(ballast)) {
    if (const auto placed = m_ballast.place(); !placed)
        base::log(base::LogLevel::Warning, "store", "no ballast: " + placed.error().text());
}

StoreHealth StoreGuard::health() const {
    const std::lock_guard lock(m_mutex);
    return m_health;
}

void StoreGuard::setListener(Listener listener) {
    const std::lock_guard lock(m_mutex);
    m_listener = std::move(listener);
}

bool StoreGuard::isTrouble(const SqlError& error) {
    switch (error.code() & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_BUSY: return true;
    default: return false;
    }
}

bool StoreGuard::failed(const SqlError& error, int systemError) {
    const int code = error.code() & 0xff;
    const bool full = code == SQLITE_FULL || (code == SQLITE_IOERR && (systemError == ENOSPC || systemError == EDQUOT));
    const std::string folder = m_database.parent_path().string();
    if (full) {
        const bool freed = m_ballast.release();
        enter(StoreState::DiskFull, "the disk of " + folder + " is full",
              "Free at least " + std::to_string((Ballast::kBytes + Ballast::kMargin) >> 20) +
                  " MB there; running tasks are finished meanwhile, and the engine goes on by itself");
        return freed;
    }
    if (code == SQLITE_BUSY) {
        const std::string holders = lockHolders(m_database);
        enter(StoreState::Failing,
              m_database.string() + " is locked by " + (holders.empty() ? "another program" : holders),
              "End that program; the engine goes on by itself");
        return false;
    }
    const Error why = error.toError();
    enter(StoreState::Failing, m_database.string() + ": " + why.message,
          why.remedy + "; the engine goes on by itself when the disk does");
    return false;
}

bool StoreGuard::roomIsBack() {
    return health().state != StoreState::DiskFull || m_ballast.place();
}

void StoreGuard::recovered() {
    if (m_ok)
        return;
    if (const auto placed = m_ballast.place(); !placed)
        base::log(base::LogLevel::Warning, "store", "no ballast: " + placed.error().text());
    {
        const std::lock_guard lock(m_mutex);
        m_health.state = StoreState::Ok;
        m_health.message.clear();
        m_health.remedy.clear();
        m_health.since = m_clock.now();
    }
    m_ok = true;
    base::log(base::LogLevel::Info, "store", m_database.string() + " can be written again");
    tell();
}

void StoreGuard::clogged(const std::string& readers) {
    enter(StoreState::Clogged,
          "the write-ahead log of " + m_database.string() + " cannot be emptied: " +
              (readers.empty() ? "somebody" : readers) + " has been reading it for too long",
          "End that program; the engine goes on by itself");
}

void StoreGuard::setLog(int64_t bytes, bool large) {
    bool changed = false;
    {
        const std::lock_guard lock(m_mutex);
        m_health.walBytes = bytes;
        changed = std::exchange(m_health.walLarge, large) != large;
    }
    if (!changed)
        return;
    const std::string size = std::to_string(bytes >> 20) + " MB";
    base::log(large ? base::LogLevel::Warning : base::LogLevel::Info, "store",
              large ? "the write-ahead log has grown to " + size + " because a reader does not end"
                    : "the write-ahead log is small again: " + size);
    tell();
}

void StoreGuard::setWaiting(uint64_t count) {
    const std::lock_guard lock(m_mutex);
    m_health.waiting = count;
}

Error StoreGuard::refusal() const {
    const StoreHealth now = health();
    return {ErrorCode::Unavailable, now.message + ": nothing new is taken in", now.remedy, {}};
}

void StoreGuard::enter(StoreState state, const std::string& message, const std::string& remedy) {
    {
        const std::lock_guard lock(m_mutex);
        if (m_health.state == state && m_health.message == message)
            return;
        if (m_health.state == StoreState::Ok)
            m_health.since = m_clock.now();
        m_health.state = state;
        m_health.message = message;
        m_health.remedy = remedy;
    }
    m_ok = false;
    base::log(base::LogLevel::Error, "store", message + ". " + remedy);
    tell();
}

void StoreGuard::tell() const {
    StoreHealth now;
    Listener listener;
    {
        const std::lock_guard lock(m_mutex);
        now = m_health;
        listener = m_listener;
    }
    if (listener)
        listener(now);
}

} // namespace core::store
