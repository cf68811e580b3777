#include "core/upkeep/BackupKeeper.h"

#include "core/base/Log.h"
#include "core/store/Backup.h"

#include <algorithm>

namespace core::upkeep {

using base::Result;

BackupKeeper::BackupKeeper(store::Database& database, std::filesystem::path dataDirectory, const base::Clock& clock)
    : m_database(database), m_dataDirectory(std::move(dataDirectory)), m_clock(clock) {
    store::tidyBackups(m_dataDirectory / store::kBackupFolder);
    lookIntoFolder();
}

BackupKeeper::~BackupKeeper() {
    halt();
}

void BackupKeeper::halt() {
    m_thread.request_stop();
    if (m_thread.joinable())
        m_thread.join();
}

store::BackupStatus BackupKeeper::status() const {
    const std::lock_guard lock(m_mutex);
    store::BackupStatus status = m_status;
    status.changed = isChanged();
    return status;
}

/// m_mutex is held. Until its first copy this engine cannot know what the last one had copied.
bool BackupKeeper::isChanged() const {
    return m_changesCopied != m_database.statistics().changes;
}

/// The newest copy's age counts, so that engines of short lives make no copy each.
base::milliseconds BackupKeeper::firstAt(base::Instant now) const {
    const auto age = m_status.lastAt ? std::max(now - *m_status.lastAt, base::milliseconds(0)) : kInterval;
    return m_clock.sinceBoot() + std::max(kInterval - age, kPause);
}

Result<NextLook> BackupKeeper::look(base::Instant now) {
    lookIntoFolder();
    {
        const std::lock_guard lock(m_mutex);
        if (!m_nextAt)
            m_nextAt = firstAt(now);
        // A copy holds back the emptying of the log; beyond its bound the engine takes in nothing new.
        if (m_status.running && m_database.health().state == store::StoreState::Clogged)
            m_thread.request_stop();
        if (!m_status.running && m_clock.sinceBoot() >= *m_nextAt && m_database.ok() && isChanged()) {
            m_status.running = true;
            start(now);
        }
    }
    return NextLook{kPeriod};
}

/// m_mutex is held.
void BackupKeeper::start(base::Instant now) {
    const uint64_t changes = m_database.statistics().changes;
    m_thread = std::jthread([this, now, changes](std::stop_token stop) { copy(stop, now, changes); });
}

void BackupKeeper::copy(const std::stop_token& stop, base::Instant now, uint64_t changes) {
    const Result<void> done = copyInto(stop, now);
    lookIntoFolder();
    const bool given = !done && stop.stop_requested() && m_database.ok();
    {
        const std::lock_guard lock(m_mutex);
        m_status.running = false;
        m_nextAt = m_clock.sinceBoot() + (done ? kInterval : kPause);
        if (done)
            m_changesCopied = changes;
        m_status.failures += done || given ? 0 : 1;
        m_status.lastError = done || given ? std::string() : done.error().text();
    }
    // Not the loop's failure, which would be looked at less and less often: the status tells of it.
    if (!done && !given)
        base::log(base::LogLevel::Error, "backup", done.error().text());
}

Result<void> BackupKeeper::copyInto(const std::stop_token& stop, base::Instant now) {
    const auto folder = store::backupFolder(m_dataDirectory);
    if (!folder)
        return folder.error();
    const auto copied = store::copyDatabase(m_database.file(), *folder / store::backupName(now), stop);
    store::tidyBackups(*folder);
    if (!copied)
        return copied.error().in("no copy of the database could be made");
    return {};
}

/// Others make copies too: the command line, and an engine before a migration.
void BackupKeeper::lookIntoFolder() {
    const auto copies = store::listBackups(m_dataDirectory / store::kBackupFolder);
    const std::lock_guard lock(m_mutex);
    m_status.copies = int(copies.size());
    m_status.lastAt = copies.empty() ? std::nullopt : std::optional(copies.front().takenAt);
    m_status.lastFile = copies.empty() ? std::filesystem::path() : copies.front().file;
    m_status.lastBytes = copies.empty() ? 0 : copies.front().bytes;
}

} // namespace core::upkeep
