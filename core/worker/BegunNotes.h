#pragma once

#include "core/base/Result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace core::worker {

/// When a process started, in the kernel's ticks since boot: with its pid it names one process. None when it is gone.
std::optional<int64_t> processStart(int pid);

/// What a worker has begun, in a small mapped file: it survives the death of worker and engine without a sync, so that
/// an attempt that was handed over and never begun is not counted. It says nothing after the machine itself went down.
/// Thread: one writer (the worker's task thread); readers look at a file whose writer has ended.
class BegunNotes {
  public:
    struct Note {
        int64_t key = 0; ///< row key of the task
        int attempt = 0;
    };

    /// A new, empty file for one worker of an owner. Io says what failed.
    static base::Result<void> create(const std::filesystem::path& file, int64_t epoch);
    /// Opens a file that `create` made, to write on.
    static base::Result<std::unique_ptr<BegunNotes>> open(const std::filesystem::path& file);
    ~BegunNotes();
    BegunNotes(const BegunNotes&) = delete;
    BegunNotes& operator=(const BegunNotes&) = delete;

    void add(Note note);

    /// What a file says; its newest notes, oldest first.
    struct Content {
        int64_t epoch = 0;
        int pid = 0;           ///< of the process that wrote last; 0: none has
        int64_t startedAt = 0; ///< when that process started: see processStart
        std::vector<Note> notes;
    };
    /// Unavailable when the file is of an earlier boot of the machine; Corrupt or Io when it cannot be used.
    static base::Result<Content> read(const std::filesystem::path& file);

    /// The file of a worker: `notes/worker-1`.
    static std::filesystem::path fileOf(const std::filesystem::path& folder, size_t index);
    /// How many notes a file keeps; far more than a worker can have begun and not have settled.
    static constexpr size_t kKept = 4096;

  private:
    struct Page;
    explicit BegunNotes(Page* page) : m_page(page) {}
    Page* m_page;
};

} // namespace core::worker
