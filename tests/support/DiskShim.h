#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

struct sqlite3_file;

namespace tests {

/// One operation on a file that SQLite is about to make.
struct DiskOperation {
    enum class Kind { Open, Read, Write, Truncate, Sync, Delete };
    Kind kind = Kind::Read;
    std::string path;
    sqlite3_file* file = nullptr; ///< of the real file system; null for Open and Delete
    int64_t offset = 0;           ///< Write and Read; the new size for Truncate
    int size = 0;                 ///< Write and Read
    const void* bytes = nullptr;  ///< Write
    bool isNew = false;           ///< Open: the file did not exist
    bool isJournal = false;       ///< a write-ahead log or rollback journal
    bool syncsFolder = false;     ///< Delete: the name is to be gone for good when the call returns
};

/// Decides about every operation on the files of one folder. Thread: whichever uses SQLite; calls never overlap.
class Disk {
  public:
    virtual ~Disk() = default;
    enum class Answer {
        Do,     ///< let the real file system do it
        Skip,   ///< say that it was done, and do nothing
        Refuse, ///< `code()` is the answer
    };
    virtual Answer ask(const DiskOperation& operation) = 0;
    /// The SQLite result code of a refusal.
    virtual int code() const = 0;
};

/// Stands between SQLite and the file system for as long as it lives: connections that are opened meanwhile to files
/// below `folder` ask `disk`. Locks and the shared-memory index go past it. One at a time in a process, and every
/// connection must be closed before it goes.
class DiskShim {
  public:
    struct FileSystem;
    DiskShim(const std::filesystem::path& folder, Disk& disk);
    ~DiskShim();
    DiskShim(const DiskShim&) = delete;
    DiskShim& operator=(const DiskShim&) = delete;

  private:
    std::unique_ptr<FileSystem> m_system;
};

/// Bytes of a shimmed file as they are now, fewer at its end.
std::string readThrough(sqlite3_file* file, int64_t offset, int size);
int64_t sizeThrough(sqlite3_file* file);
/// Writes past the shim; a SQLite result code.
int writeThrough(sqlite3_file* file, const void* bytes, int size, int64_t offset);

} // namespace tests
