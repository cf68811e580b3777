#pragma once

#include <filesystem>

namespace tests {

/// From now on the `n`-th operation of this process that names, unnames or syncs a file in `folder` is not done: the
/// process dies (SIGKILL) instead. 0: never. Only in programs that link this: it stands before the C library's
/// rename, remove, unlink, link, fsync and fdatasync.
void dieAtFileOperation(int n, const std::filesystem::path& folder);

/// Does in this process what the points k14 (a copy of the database replaces an older one of the same name), k14r (a
/// copy is restored) and k16 (an audit entry is committed, then the high-water mark is moved) mean, dying at the n-th
/// of their operations. 0: it was not reached; 1: something went wrong before.
int copyAndDie(const std::filesystem::path& folder, int n);
int restoreAndDie(const std::filesystem::path& folder, int n);
int anchorAndDie(const std::filesystem::path& folder, int n);

/// The copy of k14 and k14r, in the folder of the store.
inline constexpr const char* kDyingCopy = "backups/core-20261120T081530Z.db";

} // namespace tests
