#include "app/StopSignals.h"

#include <cstdint>
#include <cstdlib>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace app {

namespace {

constexpr int kSecondSignalStatus = 128;

sigset_t stopSet() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        sigaddset(&set, signal);
    return set;
}

} // namespace

StopSignals::StopSignals() {
    const sigset_t set = stopSet();
    pthread_sigmask(SIG_BLOCK, &set, &m_previous);
    m_signals = signalfd(-1, &set, SFD_CLOEXEC);
    m_end = eventfd(0, EFD_CLOEXEC);
}

void StopSignals::endWatch() {
    uint64_t one = 1;
    if (!m_watcher.joinable() || ::write(m_end, &one, sizeof one) != sizeof one)
        return;
    m_watcher.join();
    [[maybe_unused]] const ssize_t taken = ::read(m_end, &one, sizeof one);
}

StopSignals::~StopSignals() {
    endWatch();
    ::close(m_signals);
    ::close(m_end);
    pthread_sigmask(SIG_SETMASK, &m_previous, nullptr);
}

int StopSignals::wait() {
    signalfd_siginfo info{};
    while (::read(m_signals, &info, sizeof info) != sizeof info) {
    }
    return int(info.ssi_signo);
}

void StopSignals::onSignal(std::function<void()> stop) {
    m_watcher = std::thread([this, stop = std::move(stop)] {
        for (bool stopping = false;; stopping = true) {
            pollfd watched[2] = {{m_signals, POLLIN, 0}, {m_end, POLLIN, 0}};
            while (::poll(watched, 2, -1) < 0) {
            }
            if (watched[1].revents)
                return;
            const int signal = wait();
            if (stopping)
                std::_Exit(kSecondSignalStatus + signal);
            stop();
        }
    });
}

} // namespace app
