#include "tests/support/FaultyDisk.h"

#include <sqlite3.h>

namespace tests {

using Kind = DiskOperation::Kind;

void FaultyDisk::set(Verdict verdict) {
    const std::lock_guard lock(m_mutex);
    m_verdict = std::move(verdict);
}

void FaultyDisk::fill() {
    set([](const DiskOperation& operation) {
        return operation.kind == Kind::Write || operation.kind == Kind::Truncate ? SQLITE_FULL : SQLITE_OK;
    });
}

Disk::Answer FaultyDisk::ask(const DiskOperation& operation) {
    Verdict verdict;
    {
        const std::lock_guard lock(m_mutex);
        verdict = m_verdict;
    }
    m_code = verdict ? verdict(operation) : SQLITE_OK;
    if (m_code != SQLITE_OK)
        return Answer::Refuse;
    return operation.kind == Kind::Sync ? Answer::Skip : Answer::Do;
}

} // namespace tests
