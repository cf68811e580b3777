#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tests {

/// Does in this process what leads to one crash point, and dies there (SIGKILL). Returns only when the point was not
/// reached: 0, or 1 when something went wrong before. `n` counts operations of the disk where a point has many.
///
/// With an engine, one task with the idempotency key `the-key` and a worker; says `E <task>` when it was acknowledged:
/// k1 before the commit of the enqueueing · k2 after it, no worker · k3 after it, claimed by the same commit ·
/// k4 the handler has begun · k5 the handler has made its outcome · k6 before the commit of the outcome ·
/// k7 at the n-th write of that commit, k7t the same with crashTriggers() · k8 after it · k12 after the commit of a cancel, the
/// handler at work.
/// With an engine and no worker: k10b at the n-th write of the commit of a backfill of the schedule's ten instants; 0: after it.
/// With a store alone: k9 a message was delivered, that is not stored · k10 a schedule fired, its commit done ·
/// k11 before that commit · k13 at the n-th write of a checkpoint · k13d at that of
/// taking away all that has ended · k15 at the n-th write of the migrations · k14, k14r
/// and k16 see DyingFiles.h.
int runToCrashPoint(const std::string& point, const std::filesystem::path& folder, int n);

/// The schedule of k10, k10b and k11, and the file in which k9's channel keeps the keys that it delivered.
inline constexpr const char* kCrashSchedule = "every-hour";
inline constexpr const char* kDeliveredKeys = "delivered";

} // namespace tests
