#include "tests/support/FaultyDisk.h"

#include <cstring>
#include <new>
#include <sqlite3.h>
#include <stdexcept>

namespace tests {

namespace {

constexpr const char* kName = "faulty";
FaultyDisk* present = nullptr; // one at a time: SQLite's callbacks come without a hint of whom they are for

/// Our part of an open file; the real file of the system's VFS lies behind it in the same block.
struct File {
    sqlite3_file base;
    std::string* name;
};

sqlite3_vfs* realVfs() {
    return static_cast<sqlite3_vfs*>(sqlite3_vfs_find(kName)->pAppData);
}
sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<File*>(file) + 1);
}
int ask(sqlite3_file* file, DiskCall call) {
    return present ? present->ask(call, *reinterpret_cast<File*>(file)->name) : SQLITE_OK;
}

int closeFile(sqlite3_file* file) {
    const int code = real(file)->pMethods ? real(file)->pMethods->xClose(real(file)) : SQLITE_OK;
    delete reinterpret_cast<File*>(file)->name;
    return code;
}
int readFile(sqlite3_file* file, void* data, int size, sqlite3_int64 at) {
    const int code = ask(file, DiskCall::Read);
    return code ? code : real(file)->pMethods->xRead(real(file), data, size, at);
}
int writeFile(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
    const int code = ask(file, DiskCall::Write);
    return code ? code : real(file)->pMethods->xWrite(real(file), data, size, at);
}
int truncateFile(sqlite3_file* file, sqlite3_int64 size) {
    const int code = ask(file, DiskCall::Truncate);
    return code ? code : real(file)->pMethods->xTruncate(real(file), size);
}
int syncFile(sqlite3_file* file, int) {
    return ask(file, DiskCall::Sync);
}
int fileSize(sqlite3_file* file, sqlite3_int64* size) {
    return real(file)->pMethods->xFileSize(real(file), size);
}
int lockFile(sqlite3_file* file, int level) {
    return real(file)->pMethods->xLock(real(file), level);
}
int unlockFile(sqlite3_file* file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
}
int checkLock(sqlite3_file* file, int* held) {
    return real(file)->pMethods->xCheckReservedLock(real(file), held);
}
int controlFile(sqlite3_file* file, int operation, void* argument) {
    return real(file)->pMethods->xFileControl(real(file), operation, argument);
}
int sectorSize(sqlite3_file* file) {
    return real(file)->pMethods->xSectorSize(real(file));
}
int characteristics(sqlite3_file* file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}
int mapIndex(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, memory);
}
int lockIndex(sqlite3_file* file, int offset, int count, int flags) {
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
void indexBarrier(sqlite3_file* file) {
    real(file)->pMethods->xShmBarrier(real(file));
}
int unmapIndex(sqlite3_file* file, int remove) {
    return real(file)->pMethods->xShmUnmap(real(file), remove);
}

const sqlite3_io_methods kMethods = {2,          closeFile, readFile,    writeFile,  truncateFile,    syncFile,
                                     fileSize,   lockFile,  unlockFile,  checkLock,  controlFile,     sectorSize,
                                     characteristics, mapIndex, lockIndex, indexBarrier, unmapIndex, nullptr, nullptr};

int openFile(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flagsOut) {
    auto* ours = reinterpret_cast<File*>(file);
    ours->base.pMethods = nullptr;
    ours->name = new std::string(name ? name : "");
    int code = ask(file, DiskCall::Open);
    if (code == SQLITE_OK)
        code = realVfs()->xOpen(realVfs(), name, real(file), flags, flagsOut);
    if (code == SQLITE_OK)
        ours->base.pMethods = &kMethods;
    else
        delete ours->name;
    return code;
}

} // namespace

FaultyDisk::FaultyDisk(std::filesystem::path folder) : m_folder(std::move(folder)), m_vfs(new sqlite3_vfs) {
    if (present)
        throw std::logic_error("one faulty disk at a time");
    sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
    *m_vfs = *system;
    m_vfs->pNext = nullptr;
    m_vfs->zName = kName;
    m_vfs->pAppData = system;
    m_vfs->szOsFile = int(sizeof(File)) + system->szOsFile;
    m_vfs->xOpen = openFile;
    // The rest of the system's functions look at pAppData of the VFS that they are called with: call them with theirs.
    m_vfs->xDelete = [](sqlite3_vfs*, const char* name, int sync) { return realVfs()->xDelete(realVfs(), name, sync); };
    m_vfs->xAccess = [](sqlite3_vfs*, const char* name, int flags, int* out) {
        return realVfs()->xAccess(realVfs(), name, flags, out);
    };
    m_vfs->xFullPathname = [](sqlite3_vfs*, const char* name, int size, char* out) {
        return realVfs()->xFullPathname(realVfs(), name, size, out);
    };
    present = this;
    sqlite3_vfs_register(m_vfs, 1);
}

FaultyDisk::~FaultyDisk() {
    sqlite3_vfs* system = realVfs();
    sqlite3_vfs_unregister(m_vfs);
    sqlite3_vfs_register(system, 1);
    present = nullptr;
    delete m_vfs;
}

void FaultyDisk::set(Verdict verdict) {
    const std::lock_guard lock(m_mutex);
    m_verdict = std::move(verdict);
    m_changes = 0;
}

void FaultyDisk::fill() {
    set([](DiskCall call, const std::string&) {
        return call == DiskCall::Write || call == DiskCall::Truncate ? SQLITE_FULL : SQLITE_OK;
    });
}

int64_t FaultyDisk::changes() const {
    const std::lock_guard lock(m_mutex);
    return m_changes;
}

int FaultyDisk::ask(DiskCall call, const std::string& file) {
    Verdict verdict;
    {
        const std::lock_guard lock(m_mutex);
        if (!file.starts_with(m_folder.string()))
            return SQLITE_OK;
        m_changes += call == DiskCall::Write || call == DiskCall::Sync || call == DiskCall::Truncate;
        verdict = m_verdict;
    }
    return verdict ? verdict(call, file) : SQLITE_OK;
}

} // namespace tests
