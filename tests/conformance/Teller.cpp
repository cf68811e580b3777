#include "tests/conformance/Teller.h"

#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <iostream>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char** environ;

namespace tests::conformance {

namespace {

constexpr std::string_view kArgument = "--tell";
constexpr size_t kLongestStory = 1000;

void killLater(int microseconds) {
    std::thread([microseconds] {
        const auto at = std::chrono::steady_clock::now() + std::chrono::microseconds(microseconds);
        while (std::chrono::steady_clock::now() < at) {
        }
        ::raise(SIGKILL);
    }).detach();
}

int tell(const Telling& telling) {
    for (const BrokerKind& kind : brokerKinds()) {
        if (kind.name != telling.kind)
            continue;
        const auto store = kind.open(telling.folder);
        StoreModel model;
        Action action;
        action.deed = Action::Deed::TakeOver;
        action.now = model.now();
        for (const Verb& verb : storyOf(telling.seed, telling.heard + 1)) {
            const Answer answer = perform(*store, action);
            if (!model.accept(action, answer).empty())
                return 1;
            std::cout << toLine(answer) << std::endl;
            action = actionOf(verb, model);
        }
        killLater(telling.killAfterMicroseconds);
        perform(*store, action);
        ::pause();
    }
    return 2;
}

std::vector<Answer> readAnswers(int pipe) {
    std::string text;
    char buffer[65536];
    for (ssize_t n = 0; (n = ::read(pipe, buffer, sizeof buffer)) > 0;)
        text.append(buffer, size_t(n));
    std::vector<Answer> answers;
    for (size_t begin = 0, end = 0; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
        answers.push_back(answerFrom(text.substr(begin, end - begin)));
    return answers;
}

} // namespace

std::vector<Answer> tellAndDie(const Telling& telling) {
    int pipe[2];
    if (::pipe2(pipe, O_CLOEXEC) != 0)
        throw std::runtime_error("no pipe");
    std::vector<std::string> words{"/proc/self/exe", std::string(kArgument), telling.kind, telling.folder.string(),
                                   std::to_string(telling.seed), std::to_string(telling.heard),
                                   std::to_string(telling.killAfterMicroseconds)};
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
    pid_t process = -1;
    const int failed = ::posix_spawn(&process, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(pipe[1]);
    std::vector<Answer> answers = failed ? std::vector<Answer>() : readAnswers(pipe[0]);
    ::close(pipe[0]);
    int status = 0;
    if (failed || ::waitpid(process, &status, 0) != process || !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
        throw std::runtime_error("the telling process did not die as it should");
    return answers;
}

std::optional<int> tellerMain(int argc, char** argv) {
    if (argc != 7 || argv[1] != kArgument)
        return std::nullopt;
    return tell({argv[2], argv[3], std::stoull(argv[4]), std::min(kLongestStory, size_t(std::stoull(argv[5]))),
                 std::stoi(argv[6])});
}

} // namespace tests::conformance
