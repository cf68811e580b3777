#pragma once

#include <string>

namespace tests {

/// Where this build put its programs. Absolute paths; said by one file, so that no other is compiled anew elsewhere.
std::string programFolder();
/// The worker with the misbehaving task types.
std::string testWorkerProgram();

} // namespace tests
