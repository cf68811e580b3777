#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace tests {

/// What a finished program left.
struct Finished {
    int status = -1; ///< exit status; 128 + signal when it was killed
    std::string out, err;
};

/// The `beatwarden` of this build as a process of its own, started without a terminal.
class CommandLine {
  public:
    explicit CommandLine(std::filesystem::path dataDirectory) : m_dataDirectory(std::move(dataDirectory)) {}

    /// Runs one command to its end, at most two minutes.
    Finished run(std::vector<std::string> words) const;
    /// As `run`, on a terminal at which `typed` is typed: what is said on stderr is in `err` with it.
    Finished runOnTerminal(std::vector<std::string> words, const std::string& typed) const;
    /// Starts a command and leaves it running; its process id.
    pid_t start(std::vector<std::string> words) const;
    /// Sends a signal and waits for the end; the status as in Finished.
    static int end(pid_t process, int signal);

  private:
    pid_t spawn(std::vector<std::string> words, int in, int out, int err) const;
    std::filesystem::path m_dataDirectory;
};

} // namespace tests
