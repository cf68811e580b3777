#include "tests/support/CommandLine.h"
#include "tests/support/Programs.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace tests {

namespace {

constexpr std::chrono::minutes kCommandPatience{2};

int waitForEnd(pid_t process) {
    int status = 0;
    while (::waitpid(process, &status, 0) < 0) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Reads both pipes until the program has closed them; false after too long.
bool readBoth(int out, int err, Finished& finished) {
    const auto deadline = std::chrono::steady_clock::now() + kCommandPatience;
    pollfd watched[2] = {{out, POLLIN, 0}, {err, POLLIN, 0}};
    std::string* texts[2] = {&finished.out, &finished.err};
    while (watched[0].fd >= 0 || watched[1].fd >= 0) {
        if (std::chrono::steady_clock::now() > deadline)
            return false;
        if (::poll(watched, 2, 1000) <= 0)
            continue;
        for (int i = 0; i < 2; ++i) {
            if (watched[i].fd < 0 || watched[i].revents == 0)
                continue;
            char buffer[16384];
            const ssize_t n = ::read(watched[i].fd, buffer, sizeof buffer);
            if (n <= 0)
                watched[i].fd = -1;
            else
                texts[i]->append(buffer, size_t(n));
        }
    }
    return true;
}

} // namespace

pid_t CommandLine::spawn(std::vector<std::string> words, int in, int out, int err) const {
    words.insert(words.begin(), programFolder() + "/beatwarden");
    words.push_back("--data-dir");
    words.push_back(m_dataDirectory.string());
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in, 0);
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    posix_spawn_file_actions_adddup2(&actions, err, 2);
    pid_t process = -1;
    const int failed = ::posix_spawn(&process, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed)
        throw std::runtime_error("cannot start " + words[0] + "; build the target beatwarden");
    return process;
}

Finished CommandLine::run(std::vector<std::string> words) const {
    int out[2], err[2];
    if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0)
        throw std::runtime_error("no pipes");
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    const pid_t process = spawn(std::move(words), nothing, out[1], err[1]);
    ::close(nothing);
    ::close(out[1]);
    ::close(err[1]);
    Finished finished;
    if (!readBoth(out[0], err[0], finished))
        ::kill(process, SIGKILL);
    finished.status = waitForEnd(process);
    ::close(out[0]);
    ::close(err[0]);
    return finished;
}

Finished CommandLine::runOnTerminal(std::vector<std::string> words, const std::string& typed) const {
    int out[2];
    const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0 || ::grantpt(terminal) != 0 || ::unlockpt(terminal) != 0 || ::pipe2(out, O_CLOEXEC) != 0)
        throw std::runtime_error("no terminal");
    const int desk = ::open(::ptsname(terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
    const pid_t process = spawn(std::move(words), desk, out[1], desk);
    ::close(desk);
    ::close(out[1]);
    [[maybe_unused]] const ssize_t written = ::write(terminal, typed.data(), typed.size());
    Finished finished;
    if (!readBoth(out[0], terminal, finished))
        ::kill(process, SIGKILL);
    finished.status = waitForEnd(process);
    ::close(out[0]);
    ::close(terminal);
    return finished;
}

pid_t CommandLine::start(std::vector<std::string> words) const {
    const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    const pid_t process = spawn(std::move(words), nowhere, nowhere, nowhere);
    ::close(nowhere);
    return process;
}

int CommandLine::end(pid_t process, int signal) {
    ::kill(process, signal);
    return waitForEnd(process);
}

} // namespace tests
