#include "tests/support/Programs.h"

namespace tests {

std::string programFolder() { return BEATWARDEN_BIN_DIR; }
std::string testWorkerProgram() { return programFolder() + "/beatwarden-test-worker"; }

} // namespace tests
