#include "tests/support/DiskShim.h"

#include <mutex>
#include <optional>
#include <sqlite3.h>
#include <utility>

namespace tests {

using Kind = DiskOperation::Kind;
using Answer = Disk::Answer;

struct DiskShim::FileSystem {
    std::string folder;
    Disk* disk = nullptr;
    sqlite3_vfs* real = nullptr;
    sqlite3_vfs own{};
    std::mutex mutex; // serialises the disk's answers
};

namespace {

using FileSystem = DiskShim::FileSystem;

FileSystem& shimOf(sqlite3_vfs* vfs) {
    return *static_cast<FileSystem*>(vfs->pAppData);
}

/// What SQLite holds of a file; the real file's own structure follows it in memory.
struct ShimFile {
    sqlite3_file base;
    FileSystem* system;
    std::string* path; ///< null: a file that does not concern the disk
    bool isJournal;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

ShimFile& shimOf(sqlite3_file* file) {
    return *reinterpret_cast<ShimFile*>(file);
}

sqlite3_file* realOf(sqlite3_file* file) {
    return shimOf(file).real();
}

/// Asks the disk; nothing: go on. Otherwise what to tell SQLite.
std::optional<int> refusal(FileSystem& system, const DiskOperation& operation) {
    const std::lock_guard lock(system.mutex);
    switch (system.disk->ask(operation)) {
    case Answer::Do: return std::nullopt;
    case Answer::Skip: return SQLITE_OK;
    case Answer::Refuse: return system.disk->code();
    }
    return std::nullopt;
}

std::optional<int> refusal(Kind kind, sqlite3_file* file, int64_t offset = 0, int size = 0,
                           const void* bytes = nullptr) {
    ShimFile& shim = shimOf(file);
    if (!shim.path)
        return std::nullopt;
    DiskOperation operation;
    operation.kind = kind;
    operation.path = *shim.path;
    operation.file = shim.real();
    operation.offset = offset;
    operation.size = size;
    operation.bytes = bytes;
    operation.isJournal = shim.isJournal;
    return refusal(*shim.system, operation);
}

int closeFile(sqlite3_file* file) {
    const int code = realOf(file)->pMethods->xClose(realOf(file));
    delete shimOf(file).path;
    return code;
}

int readFile(sqlite3_file* file, void* bytes, int size, sqlite3_int64 offset) {
    if (const auto code = refusal(Kind::Read, file, offset, size))
        return *code;
    return realOf(file)->pMethods->xRead(realOf(file), bytes, size, offset);
}

int writeFile(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    if (const auto code = refusal(Kind::Write, file, offset, size, bytes))
        return *code;
    return realOf(file)->pMethods->xWrite(realOf(file), bytes, size, offset);
}

int truncateFile(sqlite3_file* file, sqlite3_int64 size) {
    if (const auto code = refusal(Kind::Truncate, file, size))
        return *code;
    return realOf(file)->pMethods->xTruncate(realOf(file), size);
}

int syncFile(sqlite3_file* file, int flags) {
    if (const auto code = refusal(Kind::Sync, file))
        return *code;
    return realOf(file)->pMethods->xSync(realOf(file), flags);
}

int fileSize(sqlite3_file* file, sqlite3_int64* size) {
    return realOf(file)->pMethods->xFileSize(realOf(file), size);
}

int lockFile(sqlite3_file* file, int level) {
    return realOf(file)->pMethods->xLock(realOf(file), level);
}

int unlockFile(sqlite3_file* file, int level) {
    return realOf(file)->pMethods->xUnlock(realOf(file), level);
}

int checkReserved(sqlite3_file* file, int* answer) {
    return realOf(file)->pMethods->xCheckReservedLock(realOf(file), answer);
}

int controlFile(sqlite3_file* file, int operation, void* argument) {
    return realOf(file)->pMethods->xFileControl(realOf(file), operation, argument);
}

int sectorSize(sqlite3_file* file) {
    return realOf(file)->pMethods->xSectorSize(realOf(file));
}

int characteristics(sqlite3_file* file) {
    return realOf(file)->pMethods->xDeviceCharacteristics(realOf(file));
}

int mapIndex(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
    return realOf(file)->pMethods->xShmMap(realOf(file), page, size, extend, memory);
}

int lockIndex(sqlite3_file* file, int offset, int n, int flags) {
    return realOf(file)->pMethods->xShmLock(realOf(file), offset, n, flags);
}

void barrier(sqlite3_file* file) {
    realOf(file)->pMethods->xShmBarrier(realOf(file));
}

int unmapIndex(sqlite3_file* file, int remove) {
    return realOf(file)->pMethods->xShmUnmap(realOf(file), remove);
}

const sqlite3_io_methods kMethods = {2,           closeFile,  readFile,        writeFile,  truncateFile,
                                     syncFile,    fileSize,   lockFile,        unlockFile, checkReserved,
                                     controlFile, sectorSize, characteristics, mapIndex,   lockIndex,
                                     barrier,     unmapIndex, nullptr,         nullptr};

constexpr int kJournals = SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL;

bool concernsDisk(const FileSystem& system, const char* name) {
    return name && std::string_view(name).starts_with(system.folder);
}

int openFile(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* outFlags) {
    FileSystem& system = shimOf(vfs);
    sqlite3_vfs* real = system.real;
    ShimFile& shim = shimOf(file);
    shim.system = &system;
    shim.base.pMethods = nullptr;
    shim.path = nullptr;
    shim.isJournal = flags & kJournals;
    if (concernsDisk(system, name)) {
        int exists = 0;
        real->xAccess(real, name, SQLITE_ACCESS_EXISTS, &exists);
        DiskOperation operation;
        operation.kind = Kind::Open;
        operation.path = name;
        operation.isNew = !exists && (flags & SQLITE_OPEN_CREATE);
        operation.isJournal = shim.isJournal;
        if (const auto code = refusal(system, operation))
            return *code;
        shim.path = new std::string(name);
    }
    const int code = real->xOpen(real, name, shim.real(), flags, outFlags);
    if (shim.real()->pMethods)
        shim.base.pMethods = &kMethods;
    else
        delete std::exchange(shim.path, nullptr);
    return code;
}

int deleteFile(sqlite3_vfs* vfs, const char* name, int syncFolder) {
    FileSystem& system = shimOf(vfs);
    if (concernsDisk(system, name)) {
        DiskOperation operation;
        operation.kind = Kind::Delete;
        operation.path = name;
        operation.syncsFolder = syncFolder;
        if (const auto code = refusal(system, operation))
            return *code;
    }
    return system.real->xDelete(system.real, name, syncFolder);
}

int accessFile(sqlite3_vfs* vfs, const char* name, int flags, int* answer) {
    sqlite3_vfs* real = shimOf(vfs).real;
    return real->xAccess(real, name, flags, answer);
}

int fullPath(sqlite3_vfs* vfs, const char* name, int size, char* out) {
    sqlite3_vfs* real = shimOf(vfs).real;
    return real->xFullPathname(real, name, size, out);
}

} // namespace

DiskShim::DiskShim(const std::filesystem::path& folder, Disk& disk) : m_system(std::make_unique<FileSystem>()) {
    m_system->folder = std::filesystem::canonical(folder).string();
    m_system->disk = &disk;
    m_system->real = sqlite3_vfs_find(nullptr);
    sqlite3_vfs& own = m_system->own;
    own = *m_system->real;
    own.pNext = nullptr;
    own.zName = "beatwarden-test-disk";
    own.pAppData = m_system.get();
    own.szOsFile = int(sizeof(ShimFile)) + m_system->real->szOsFile;
    own.xOpen = openFile;
    own.xDelete = deleteFile;
    own.xAccess = accessFile;
    own.xFullPathname = fullPath;
    sqlite3_vfs_register(&own, 1);
}

DiskShim::~DiskShim() {
    sqlite3_vfs_unregister(&m_system->own);
}

std::string readThrough(sqlite3_file* file, int64_t offset, int size) {
    const int64_t end = sizeThrough(file);
    if (offset >= end)
        return {};
    std::string bytes(size_t(std::min<int64_t>(size, end - offset)), '\0');
    file->pMethods->xRead(file, bytes.data(), int(bytes.size()), offset);
    return bytes;
}

int64_t sizeThrough(sqlite3_file* file) {
    sqlite3_int64 size = 0;
    file->pMethods->xFileSize(file, &size);
    return size;
}

int writeThrough(sqlite3_file* file, const void* bytes, int size, int64_t offset) {
    return file->pMethods->xWrite(file, bytes, size, offset);
}

} // namespace tests
