#pragma once

#include "core/base/Clock.h"

#include <filesystem>
#include <string>
#include <vector>

namespace core::engine {

enum class Verdict {
    Ok,
    Warn, ///< it works, but something should be done
    Fail  ///< it does not work, or something is lost
};

/// `OK`, `WARN`, `FAIL`.
const char* toText(Verdict verdict);

/// What one check found.
struct Finding {
    std::string check;
    Verdict verdict = Verdict::Ok;
    std::string detail;
    std::string remedy; ///< empty when there is nothing to do
};

struct Patient {
    std::filesystem::path dataDirectory;
    base::Result<std::filesystem::path> workerProgram;
    const base::Clock& clock;
};

/// Looks at the environment and at the data directory, whether an engine runs or not; changes nothing that is stored.
/// Thread: any that may take seconds.
std::vector<Finding> examine(const Patient& patient);

} // namespace core::engine
