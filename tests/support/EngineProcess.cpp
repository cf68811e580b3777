#include "tests/support/EngineProcess.h"
#include "tests/support/Programs.h"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

extern char** environ;

namespace tests {

using Steady = std::chrono::steady_clock;

EngineProcess::EngineProcess(const std::vector<std::string>& arguments, LineSink tell) : m_tell(std::move(tell)) {
    int in[2], out[2];
    if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0)
        throw std::runtime_error("no pipe");
    std::vector<std::string> words{programFolder() + "/beatwarden-test-engine"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    const int code = ::posix_spawn(&m_pid, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    m_in = in[1];
    m_out = out[0];
    if (code != 0)
        throw std::runtime_error("beatwarden-test-engine cannot be started");
}

EngineProcess::~EngineProcess() {
    kill();
    ::close(m_out);
}

void EngineProcess::hear(const char* bytes, size_t size) {
    m_partial.append(bytes, size);
    size_t begin = 0;
    for (size_t end = m_partial.find('\n'); end != std::string::npos; end = m_partial.find('\n', begin)) {
        m_tell(m_partial.substr(begin, end - begin));
        begin = end + 1;
    }
    m_partial.erase(0, begin);
}

bool EngineProcess::listenUntil(const std::function<bool()>& fact, Milliseconds limit) {
    const auto deadline = Steady::now() + limit;
    while (!fact()) {
        const auto left = std::chrono::ceil<Milliseconds>(deadline - Steady::now()).count();
        pollfd look{m_out, POLLIN, 0};
        if (left <= 0 || ::poll(&look, 1, int(left)) <= 0)
            return fact();
        char buffer[4096];
        const ssize_t size = ::read(m_out, buffer, sizeof buffer);
        if (size <= 0)
            return fact();
        hear(buffer, size_t(size));
    }
    return true;
}

void EngineProcess::kill() {
    if (m_pid <= 0)
        return;
    ::kill(m_pid, SIGKILL);
    finish(Milliseconds(10'000));
}

int EngineProcess::finish(Milliseconds limit) {
    ::close(std::exchange(m_in, -1));
    int status = 0;
    pid_t ended = 0;
    const auto deadline = Steady::now() + limit;
    while ((ended = ::waitpid(m_pid, &status, WNOHANG)) == 0 && Steady::now() < deadline)
        listenUntil([] { return false; }, Milliseconds(1));
    if (ended == 0)
        return -1;
    m_pid = 0;
    ::fcntl(m_out, F_SETFL, O_NONBLOCK);
    char buffer[4096];
    for (ssize_t size = ::read(m_out, buffer, sizeof buffer); size > 0; size = ::read(m_out, buffer, sizeof buffer))
        hear(buffer, size_t(size));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::vector<pid_t> EngineProcess::workers() const {
    std::vector<pid_t> found;
    const std::filesystem::path threads = "/proc/" + std::to_string(m_pid) + "/task";
    std::error_code gone;
    for (const auto& thread : std::filesystem::directory_iterator(threads, gone)) {
        std::ifstream children(thread.path() / "children");
        for (pid_t child = 0; children >> child;)
            found.push_back(child);
    }
    return found;
}

} // namespace tests
