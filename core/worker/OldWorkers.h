#pragma once

#include "core/base/Time.h"

#include <filesystem>

namespace core::worker {

/// Kills the workers of an earlier owner, as their notes name them, and waits until they are gone. An engine's death kills
/// its workers, but not before its lock is free: until then one may begin another attempt. False when one of them is still
/// there after `patience`, so that its notes may change yet. Thread: the engine's start, by whoever holds its lock.
bool endOldWorkers(const std::filesystem::path& dataDirectory, base::milliseconds patience);

} // namespace core::worker
