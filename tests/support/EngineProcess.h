#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace tests {

/// `beatwarden-test-engine` as a process of its own, to be stopped and killed by a test; killed with the object.
class EngineProcess {
  public:
    using Milliseconds = std::chrono::milliseconds;
    using LineSink = std::function<void(const std::string&)>;

    /// `tell` hears every whole line of its standard output, on the thread that listens.
    EngineProcess(const std::vector<std::string>& arguments, LineSink tell);
    ~EngineProcess();
    EngineProcess(const EngineProcess&) = delete;
    EngineProcess& operator=(const EngineProcess&) = delete;

    /// Hears what it says for `time`.
    void listen(Milliseconds time) {
        listenUntil([] { return false; }, time);
    }
    /// Listens until `fact` is true; false when its output ended or `limit` passed before.
    bool listenUntil(const std::function<bool()>& fact, Milliseconds limit);
    /// Kills it with SIGKILL and hears what it had said.
    void kill();
    /// Asks it to end in order (its standard input ends) and waits; its exit status, -1 when it did not end.
    int finish(Milliseconds limit);
    bool running() const { return m_pid > 0; }
    pid_t pid() const { return m_pid; }
    /// Its worker processes at this moment.
    std::vector<pid_t> workers() const;

  private:
    void hear(const char* bytes, size_t size);

    pid_t m_pid = 0;
    int m_in = -1, m_out = -1;
    std::string m_partial;
    LineSink m_tell;
};

} // namespace tests
