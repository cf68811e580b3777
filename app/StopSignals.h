#pragma once

#include <functional>
#include <signal.h>
#include <thread>

namespace app {

/// Thread: the main one, before any other is started. Takes SIGINT, SIGTERM and SIGHUP out of their default way, so
/// that the program can stop cleanly; threads started later inherit that. Ends with the old mask.
class StopSignals {
  public:
    StopSignals();
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    /// Becomes readable when a signal has arrived.
    int descriptor() const { return m_signals; }
    /// Blocks until a signal arrives; its number.
    int wait();
    /// Calls `stop` once, on a thread of this object, when a signal arrives; the second signal ends the program at once.
    void onSignal(std::function<void()> stop);
    /// Signals are kept again, not watched for. The call under way has returned by then.
    void endWatch();

  private:
    sigset_t m_previous{};
    int m_signals = -1;
    int m_end = -1; ///< eventfd: the watching thread is to leave
    std::thread m_watcher;
};

} // namespace app
