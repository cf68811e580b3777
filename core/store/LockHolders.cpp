#include "core/store/LockHolders.h"

#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace core::store {

namespace {

/// `08:02:393229`, as /proc/locks writes a file.
std::string kernelName(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0)
        return {};
    char text[64];
    std::snprintf(text, sizeof text, "%02x:%02x:%llu", major(status.st_dev), minor(status.st_dev),
                  static_cast<unsigned long long>(status.st_ino));
    return text;
}

std::string programOf(int process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/comm");
    std::string name;
    std::getline(file, name);
    return name;
}

} // namespace

std::string lockHolders(const std::filesystem::path& database) {
    std::set<std::string> files;
    for (const char* suffix : {"", "-wal", "-shm"})
        files.insert(kernelName(database.string() + suffix));
    files.erase("");
    std::set<int> processes;
    std::ifstream locks("/proc/locks");
    for (std::string line; std::getline(locks, line);) {
        // 1: POSIX  ADVISORY  WRITE 4711 08:02:393229 1073741824 1073742335
        std::istringstream words(line.substr(std::min(line.size(), line.find(':') + 1)));
        std::string kind, manner, access, file;
        int process = 0;
        if (words >> kind >> manner >> access >> process >> file && files.contains(file) && process > 0 &&
            process != ::getpid())
            processes.insert(process);
    }
    std::string text;
    for (const int process : processes)
        text += (text.empty() ? "process " : ", process ") + std::to_string(process) + " (" + programOf(process) + ")";
    return text;
}

} // namespace core::store
