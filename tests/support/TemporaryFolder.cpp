#include "tests/support/TemporaryFolder.h"

#include <cstdlib>
#include <string>
#include <unistd.h>

namespace tests {

TemporaryFolder::TemporaryFolder(Storage storage) {
    const bool memory = storage == Storage::Memory && ::access("/dev/shm", W_OK) == 0;
    const std::filesystem::path parent = memory ? "/dev/shm" : std::filesystem::temp_directory_path();
    std::string pattern = (parent / "beatwarden-test-XXXXXX").string();
    m_path = ::mkdtemp(pattern.data());
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

} // namespace tests
