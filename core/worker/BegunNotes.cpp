#include "core/worker/BegunNotes.h"

#include "core/worker/ProcessSpawn.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace core::worker {

using base::Error;
using base::ErrorCode;
using base::Result;

struct BegunNotes::Page {
    char magic[8];
    char boot[40];
    int64_t epoch;
    int64_t pid;       ///< of the process that writes here; 0: none yet
    int64_t startedAt; ///< that process's start, in the kernel's ticks since boot
    std::atomic<uint64_t> count; ///< ever written; the newest is at (count - 1) % kKept
    struct Entry {
        int64_t key;
        int64_t attempt;
    } entries[kKept];
};

namespace {

constexpr char kMagic[9] = "BWBEGUN2";

std::string bootId() {
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string id;
    std::getline(file, id);
    return id.substr(0, 39);
}

Error failed(const std::filesystem::path& file) {
    return {ErrorCode::Io, "the worker's notes " + file.string() + " cannot be used: " + std::strerror(errno),
            "Check that the data directory can be written", {}};
}

void* mapped(int fd, size_t size, int protection) {
    void* at = ::mmap(nullptr, size, protection, MAP_SHARED, fd, 0);
    return at == MAP_FAILED ? nullptr : at;
}

} // namespace

std::optional<int64_t> processStart(int pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    std::getline(file, text);
    // The second field is the program's name, and may hold anything; behind its last bracket come the state and 18 more.
    const size_t name = text.rfind(')');
    if (name == std::string::npos)
        return std::nullopt;
    std::istringstream fields(text.substr(name + 1));
    std::string skipped;
    for (int field = 3; field < 22; ++field)
        fields >> skipped;
    int64_t start = 0;
    return fields >> start ? std::optional(start) : std::nullopt;
}

std::filesystem::path BegunNotes::fileOf(const std::filesystem::path& folder, size_t index) {
    return folder / "notes" / ("worker-" + std::to_string(index + 1));
}

Result<void> BegunNotes::create(const std::filesystem::path& file, int64_t epoch) {
    std::error_code code;
    std::filesystem::create_directories(file.parent_path(), code);
    std::filesystem::permissions(file.parent_path(), std::filesystem::perms::owner_all, code);
    std::filesystem::remove(file, code); // a worker of the owner before us may still hold it
    const Descriptor fd(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    // Allocated, not only sized: a write into a mapped hole on a full disk would kill the worker.
    if (!fd.valid() || ::posix_fallocate(fd.get(), 0, sizeof(Page)) != 0)
        return failed(file);
    auto* page = static_cast<Page*>(mapped(fd.get(), sizeof(Page), PROT_READ | PROT_WRITE));
    if (!page)
        return failed(file);
    std::memcpy(page->magic, kMagic, sizeof page->magic);
    std::strncpy(page->boot, bootId().c_str(), sizeof page->boot - 1);
    page->epoch = epoch;
    ::munmap(page, sizeof(Page));
    return {};
}

Result<std::unique_ptr<BegunNotes>> BegunNotes::open(const std::filesystem::path& file) {
    const Descriptor fd(::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
    struct stat facts {};
    if (!fd.valid() || ::fstat(fd.get(), &facts) != 0)
        return failed(file);
    if (size_t(facts.st_size) != sizeof(Page))
        return Error{ErrorCode::Corrupt, "the worker's notes " + file.string() + " have a wrong size", {}, {}};
    auto* page = static_cast<Page*>(mapped(fd.get(), sizeof(Page), PROT_READ | PROT_WRITE));
    if (!page)
        return failed(file);
    page->startedAt = processStart(::getpid()).value_or(0);
    page->pid = ::getpid();
    return std::unique_ptr<BegunNotes>(new BegunNotes(page));
}

BegunNotes::~BegunNotes() {
    ::munmap(m_page, sizeof(Page));
}

void BegunNotes::add(Note note) {
    const uint64_t count = m_page->count.load(std::memory_order_relaxed);
    m_page->entries[count % kKept] = {note.key, note.attempt};
    m_page->count.store(count + 1, std::memory_order_release);
}

Result<BegunNotes::Content> BegunNotes::read(const std::filesystem::path& file) {
    const Descriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    auto page = std::make_unique<Page>();
    if (!fd.valid() || ::read(fd.get(), static_cast<void*>(page.get()), sizeof(Page)) != ssize_t(sizeof(Page)))
        return failed(file);
    if (std::memcmp(page->magic, kMagic, sizeof page->magic) != 0)
        return Error{ErrorCode::Corrupt, "the worker's notes " + file.string() + " are damaged", {}, {}};
    page->boot[sizeof page->boot - 1] = '\0';
    if (bootId() != page->boot)
        return Error{ErrorCode::Unavailable, "the machine was started since the notes were written", {}, {}};
    Content content{page->epoch, int(page->pid), page->startedAt, {}};
    const uint64_t count = page->count.load(std::memory_order_acquire);
    for (uint64_t i = count - std::min<uint64_t>(count, kKept); i < count; ++i)
        content.notes.push_back({page->entries[i % kKept].key, int(page->entries[i % kKept].attempt)});
    return content;
}

} // namespace core::worker
