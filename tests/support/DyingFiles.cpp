#include "tests/support/DyingFiles.h"

#include "core/engine/Restoring.h"
#include "core/engine/StoreOpening.h"
#include "core/store/AuditLog.h"
#include "core/store/Backup.h"
#include "core/store/BackupFolder.h"
#include "tests/support/KillingBroker.h"

#include <atomic>
#include <dlfcn.h>
#include <string>
#include <unistd.h>

namespace tests {

namespace {

std::atomic<int> s_left{0};
std::string s_folder;

void ask(const std::string& path) {
    if (s_left > 0 && path.starts_with(s_folder) && --s_left == 0)
        die();
}

void ask(int descriptor) {
    std::error_code failed;
    if (s_left > 0)
        ask(std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor), failed).string());
}

template <class Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

} // namespace

void dieAtFileOperation(int n, const std::filesystem::path& folder) {
    s_folder = folder.string();
    s_left = n;
}

int copyAndDie(const std::filesystem::path& folder, int n) {
    dieAtFileOperation(n, folder);
    const bool copied = core::store::copyDatabase(folder / "core.db", folder / kDyingCopy).has_value();
    core::store::tidyBackups(folder / core::store::kBackupFolder);
    return copied ? 0 : 1;
}

int restoreAndDie(const std::filesystem::path& folder, int n) {
    dieAtFileOperation(n, folder);
    const core::base::RealClock clock;
    return core::engine::restoreCopy(folder, folder / kDyingCopy, "crash", clock) ? 0 : 1;
}

int anchorAndDie(const std::filesystem::path& folder, int n) {
    const core::base::RealClock clock;
    auto opened = core::engine::openStore(folder, {}, clock);
    if (!opened)
        return 1;
    using Mark = core::base::Result<core::store::HighWater>;
    const auto mark = opened->database->write([&](core::store::Connection& db) -> Mark {
        core::store::appendAudit(db, {"done", "crash", "system", "thing", "1", nullptr, nullptr, {}}, clock.now());
        return core::store::readHighWater(db, clock.now());
    });
    dieAtFileOperation(n, folder / core::engine::kHighWaterFile);
    const bool saved = mark && core::store::saveHighWater(folder / core::engine::kHighWaterFile, *mark);
    dieAtFileOperation(0, folder);
    return saved ? 0 : 1;
}

} // namespace tests

extern "C" {

int rename(const char* from, const char* to) {
    static const auto real = tests::next<int (*)(const char*, const char*)>("rename");
    tests::ask(from);
    return real(from, to);
}

int link(const char* from, const char* to) {
    static const auto real = tests::next<int (*)(const char*, const char*)>("link");
    tests::ask(from);
    return real(from, to);
}

int unlink(const char* path) {
    static const auto real = tests::next<int (*)(const char*)>("unlink");
    tests::ask(path);
    return real(path);
}

int remove(const char* path) {
    static const auto real = tests::next<int (*)(const char*)>("remove");
    tests::ask(path);
    return real(path);
}

int fsync(int descriptor) {
    static const auto real = tests::next<int (*)(int)>("fsync");
    tests::ask(descriptor);
    return real(descriptor);
}

int fdatasync(int descriptor) {
    static const auto real = tests::next<int (*)(int)>("fdatasync");
    tests::ask(descriptor);
    return real(descriptor);
}

} // extern "C"
