#include "tests/support/PowerCut.h"

#include <algorithm>
#include <fstream>
#include <sqlite3.h>

namespace tests {

namespace {

constexpr int64_t kSector = 512;
using Kind = DiskOperation::Kind;

/// Writes into a file that nobody has open.
void overwrite(const std::string& path, int64_t offset, const std::string& bytes) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(offset);
    file.write(bytes.data(), std::streamsize(bytes.size()));
}

void resize(const std::string& path, int64_t size) {
    std::error_code missing; // its name may be gone by now
    std::filesystem::resize_file(path, uintmax_t(size), missing);
}

} // namespace

Disk::Answer PowerCut::ask(const DiskOperation& operation) {
    if (m_off)
        return Answer::Refuse;
    switch (operation.kind) {
    case Kind::Read: return Answer::Do;
    case Kind::Open:
        m_folders.insert(std::filesystem::path(operation.path).parent_path());
        if (operation.isNew)
            m_names.push_back({operation.path, {}});
        if (operation.isJournal)
            m_newJournals[operation.path] = true;
        return Answer::Do;
    case Kind::Write:
    case Kind::Truncate:
    case Kind::Sync:
    case Kind::Delete: break;
    }
    ++m_operations;
    return m_cutAt && m_operations >= *m_cutAt ? goOff(operation) : goOn(operation);
}

int PowerCut::code() const {
    return SQLITE_IOERR;
}

Disk::Answer PowerCut::goOn(const DiskOperation& operation) {
    switch (operation.kind) {
    case Kind::Write: remember(operation, operation.offset, operation.offset + operation.size); return Answer::Do;
    case Kind::Truncate: remember(operation, operation.offset, sizeThrough(operation.file)); return Answer::Do;
    case Kind::Sync: forget(operation); return Answer::Skip;
    case Kind::Delete: rememberName(operation); return Answer::Do;
    case Kind::Open:
    case Kind::Read: break;
    }
    return Answer::Do;
}

/// The last operation is done in part, or not at all, or wholly; SQLite hears that it failed.
Disk::Answer PowerCut::goOff(const DiskOperation& operation) {
    m_off = true;
    if (operation.kind == Kind::Write) {
        const auto part = std::min<int64_t>(operation.size, int64_t(m_dice.below(uint64_t(operation.size) + kSector)) /
                                                                kSector * kSector);
        remember(operation, operation.offset, operation.offset + part);
        if (part > 0)
            writeThrough(operation.file, operation.bytes, int(part), operation.offset);
    } else if (operation.kind == Kind::Sync && m_dice.chance(50)) {
        forget(operation);
    }
    return Answer::Refuse;
}

void PowerCut::remember(const DiskOperation& operation, int64_t from, int64_t to) {
    const int64_t size = sizeThrough(operation.file);
    m_syncedSize.try_emplace(operation.path, size);
    for (int64_t sector = from / kSector; sector * kSector < to; ++sector)
        m_unsynced.push_back(
            {operation.path, sector, readThrough(operation.file, sector * kSector, int(kSector)), size});
}

void PowerCut::rememberName(const DiskOperation& operation) {
    m_newJournals.erase(operation.path);
    const std::string kept = operation.path + ".gone-" + std::to_string(m_operations);
    std::error_code missing;
    std::filesystem::create_hard_link(operation.path, kept, missing);
    if (missing)
        return;
    m_names.push_back({operation.path, kept});
    for (OldSector& old : m_unsynced)
        if (old.path == operation.path)
            old.path = kept;
    if (const auto size = m_syncedSize.extract(operation.path))
        m_syncedSize[kept] = size.mapped();
    if (operation.syncsFolder)
        forgetNames();
}

void PowerCut::forget(const DiskOperation& operation) {
    forgetBytes(operation.path);
    if (m_newJournals.erase(operation.path) > 0)
        forgetNames(); // SQLite syncs the folder with the first sync of a journal
}

void PowerCut::forgetNames() {
    for (const NameChange& change : m_names)
        if (!change.kept.empty()) {
            std::filesystem::remove(change.kept);
            forgetBytes(change.kept);
        }
    m_names.clear();
}

void PowerCut::forgetBytes(const std::string& path) {
    std::erase_if(m_unsynced, [&](const OldSector& old) { return old.path == path; });
    m_syncedSize.erase(path);
}

std::vector<bool> PowerCut::chooseLost(Loss loss) {
    const size_t count = m_unsynced.size();
    std::vector<bool> lost(count, false);
    const auto loseNewest = [&](size_t part) {
        std::fill(lost.end() - std::ptrdiff_t((count + part - 1) / part), lost.end(), true);
    };
    switch (loss) {
    case Loss::Everything: loseNewest(1); break;
    case Loss::NewestHalf: loseNewest(2); break;
    case Loss::NewestEighth: loseNewest(8); break;
    case Loss::Scattered: {
        std::map<std::pair<std::string, int64_t>, std::vector<size_t>> versions;
        for (size_t i = 0; i < count; ++i)
            versions[{m_unsynced[i].path, m_unsynced[i].sector}].push_back(i);
        for (const auto& [sector, written] : versions)
            for (size_t i = m_dice.below(written.size() + 1); i < written.size(); ++i)
                lost[written[i]] = true;
        break;
    }
    case Loss::SizesOnly: break;
    }
    return lost;
}

/// Newest first, so that a sector ends with the oldest bytes that it is to have. A sector that did not exist is either
/// cut off again or holds whatever the disk held there before.
void PowerCut::takeBack(const std::vector<bool>& lost) {
    struct Size {
        int64_t now, before;
        bool kept;
    };
    std::map<std::string, Size> sizes;
    const std::string rubbish(size_t(kSector), m_dice.chance(50) ? '\0' : '\xa5');
    for (size_t i = m_unsynced.size(); i-- > 0;) {
        const OldSector& old = m_unsynced[i];
        if (!lost[i])
            continue;
        if (!sizes.contains(old.path))
            sizes[old.path] = {int64_t(std::filesystem::file_size(old.path)), 0, m_dice.chance(50)};
        sizes[old.path].before = old.sizeBefore;
        overwrite(old.path, old.sector * kSector, old.bytes + rubbish.substr(old.bytes.size()));
    }
    for (const auto& [path, size] : sizes)
        resize(path, size.kept ? std::max(size.now, size.before) : size.before);
}

void PowerCut::takeBackSizes() {
    for (const auto& [path, size] : m_syncedSize)
        resize(path, size);
}

void PowerCut::takeBackNames() {
    const bool undo = m_dice.chance(50);
    for (size_t i = m_names.size(); i-- > 0;) {
        const NameChange& change = m_names[i];
        if (undo && change.kept.empty())
            std::filesystem::remove(change.path);
        else if (undo)
            std::filesystem::rename(change.kept, change.path);
        else if (!change.kept.empty())
            std::filesystem::remove(change.kept);
    }
    m_names.clear();
}

void PowerCut::settle(Loss loss) {
    takeBack(chooseLost(loss));
    if (loss == Loss::SizesOnly)
        takeBackSizes();
    takeBackNames();
    for (const auto& folder : m_folders)
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            if (entry.path().native().ends_with("-shm"))
                std::filesystem::remove(entry.path());
    m_unsynced.clear();
    m_syncedSize.clear();
}

} // namespace tests
