// What Database does while the disk is full or fails, and how it keeps the write-ahead log small.
#include "core/store/Database.h"
#include "core/store/LockHolders.h"

#include <algorithm>
#include <iterator>
#include <sqlite3.h>

namespace core::store {

using base::Error;

namespace {

/// A checkpoint is tried whenever the log has grown by this much (4 KiB pages: 16 MiB).
constexpr int kFramesBetweenCheckpoints = 4000;
constexpr int64_t kLargeLog = 64 << 20;
/// Beyond this nothing new is taken in until the log could be emptied.
constexpr int64_t kCloggedLog = 224 << 20;
constexpr base::milliseconds kReadersGrace{300};

} // namespace

void Database::turnAwayIntake(Batch& batch) {
    const Error refusal = m_guard->refusal();
    Batch rest;
    for (Request& request : batch) {
        if (request.duty != Duty::Intake)
            rest.push_back(std::move(request));
        else if (request.done)
            request.done(refusal);
    }
    batch = std::move(rest);
}

void Database::keepOrAnswer(Batch& batch, const SqlError& failure) {
    const bool trouble = m_guard && StoreGuard::isTrouble(failure);
    const auto kept = std::stable_partition(batch.begin(), batch.end(), [trouble](const Request& request) {
        return !trouble || request.duty != Duty::Finish;
    });
    std::move(kept, batch.end(), std::back_inserter(m_kept));
    batch.erase(kept, batch.end());
    if (m_guard)
        m_guard->setWaiting(m_kept.size());
    setBusyPatience();
    for (Request& request : batch)
        if (request.done)
            request.done(trouble && request.duty == Duty::Intake ? m_guard->refusal() : failure.toError());
}

/// Who comes while somebody else holds the file is told so soon; otherwise a lock is waited for.
void Database::setBusyPatience() {
    sqlite3_busy_timeout(m_writer->handle(), !m_guard || m_guard->ok() ? 5000 : 500);
}

/// What waits for the disk comes first; without it a commit of the mark alone shows that the disk takes writes.
void Database::tryAgain() {
    if (!m_guard || m_guard->ok() || m_guard->health().state == StoreState::Clogged)
        return;
    const bool room = m_guard->roomIsBack();
    if (!room && m_kept.empty())
        return;
    Batch batch = std::exchange(m_kept, {});
    Answers answers;
    if (const auto failure = commit(batch, answers)) {
        if (StoreGuard::isTrouble(*failure))
            m_guard->failed(*failure, sqlite3_system_errno(m_writer->handle()));
        keepOrAnswer(batch, *failure);
        return;
    }
    m_guard->setWaiting(0);
    for (size_t i = 0; i < batch.size(); ++i)
        if (batch[i].done)
            batch[i].done(std::move(answers[i]));
    if (room)
        m_guard->recovered();
    setBusyPatience();
}

/// The database closes: the last try for what waits.
void Database::giveUp() {
    Batch batch = std::exchange(m_kept, {});
    if (batch.empty())
        return;
    Answers answers;
    const auto failure = commit(batch, answers);
    for (size_t i = 0; i < batch.size(); ++i)
        if (batch[i].done)
            batch[i].done(failure ? base::Result<void>(failure->toError()) : std::move(answers[i]));
}

/// Copies what it can into the database file without waiting for anybody.
void Database::checkpointAfterCommit() {
    m_walFramesTried = std::min(m_walFramesTried, m_walFrames);
    if (m_walFrames - m_walFramesTried < kFramesBetweenCheckpoints)
        return;
    m_walFramesTried = m_walFrames;
    sqlite3_wal_checkpoint_v2(m_writer->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

/// Empties the log unless somebody reads it; never waits. SQLite's code.
int Database::truncateLog() {
    sqlite3_busy_timeout(m_writer->handle(), 0);
    const int code =
        sqlite3_wal_checkpoint_v2(m_writer->handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    setBusyPatience();
    if (code == SQLITE_OK)
        m_walFrames = m_walFramesTried = 0;
    return code;
}

void Database::keepLogSmall() {
    if (!m_guard)
        return;
    const std::filesystem::path log = m_file.string() + "-wal";
    const auto sizeOf = [&] {
        std::error_code missing;
        const auto size = std::filesystem::file_size(log, missing);
        return missing ? int64_t(0) : int64_t(size);
    };
    int64_t size = sizeOf();
    if (size > kLargeLog) {
        m_readers.setPressed(true);
        m_readers.whileNobodyReads(kReadersGrace, [&] { truncateLog(); });
        size = sizeOf();
    }
    const bool large = size > kLargeLog;
    m_readers.setPressed(large);
    m_guard->setLog(size, large);
    const StoreState state = m_guard->health().state;
    if (size > kCloggedLog && state == StoreState::Ok)
        m_guard->clogged(lockHolders(m_file));
    else if (state == StoreState::Clogged && !large)
        m_guard->recovered();
}

} // namespace core::store
