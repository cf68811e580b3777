#include "core/worker/Frame.h"
#include "core/worker/Messages.h"
#include "core/worker/WorkerPool.h"
#include "core/worker/WorkerProcess.h"
#include "tests/support/MisbehavingTasks.h"

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>
#include <unistd.h>

namespace {

/// An engine of the smallest kind, to be killed by a test: says its workers' pids once each of them runs a task.
class SmallestEngine final : public core::worker::WorkerObserver {
  public:
    void workerChanged(const core::worker::WorkerStatus& worker, const std::string& what) override {
        if (what == "busy") {
            std::printf("%d\n", worker.pid);
            std::fflush(stdout);
        }
    }
    void roomAvailable() override {}
    void progressed(const core::task::TaskId&, int, const core::task::Progress&) override {}
    void logged(const core::task::TaskId&, int, core::base::LogLevel, const std::string&) override {}
    void finished(const core::worker::Job&, core::task::Outcome, std::chrono::microseconds) override {}
    void lost(const core::worker::Job&, const core::worker::Loss&) override {}
};

/// `--engine <worker program>`: two workers that spin, until this process is killed.
int runSmallestEngine(const char* workerProgram) {
    const core::base::RealClock clock;
    SmallestEngine engine;
    core::worker::WorkerPoolOptions options;
    options.workerProgram = workerProgram;
    options.database = "/nonexistent/core.db";
    options.notesFolder = std::filesystem::temp_directory_path() / ("beatwarden-notes-" + std::to_string(::getpid()));
    options.workers = 2;
    core::worker::WorkerPool pool(options, clock, engine);
    if (!pool.start())
        return 1;
    for (int begun = 0; begun < options.workers;) {
        core::worker::Job job;
        job.task.text = "spin-" + std::to_string(begun);
        job.type = "test_spin";
        job.params = core::base::Json::object();
        begun += pool.run(job) ? 1 : 0;
    }
    for (;;)
        ::pause();
}

/// A worker that runs nothing: it speaks the protocol by hand, to answer recalls at chosen moments.
class SlowAnswerer {
  public:
    explicit SlowAnswerer(std::string when) : m_when(std::move(when)) {}

    int run() {
        send(*core::worker::encode(
            core::worker::HelloMessage{core::worker::kProtocolVersion, int(::getpid()), {"test_echo"}}));
        char chunk[4096];
        for (ssize_t got = ::read(kEngine, chunk, sizeof chunk); got > 0; got = ::read(kEngine, chunk, sizeof chunk)) {
            m_reader.feed({chunk, size_t(got)});
            for (auto frame = m_reader.next(); frame && *frame; frame = m_reader.next())
                hear(**frame);
        }
        return 0;
    }

  private:
    static constexpr int kEngine = 3;

    void hear(const core::worker::FrameView& frame) {
        if (frame.kind == core::worker::FrameKind::Exit)
            ::_exit(0);
        if (frame.kind == core::worker::FrameKind::Recall)
            recalled();
        if (frame.kind != core::worker::FrameKind::Run)
            return;
        if (m_when == "never")
            ::_exit(9); // it has begun nothing
        const auto job = *core::worker::decodeRun(frame.payload);
        m_jobs.push_back({job.task, job.attempt});
        if (m_jobs.size() < 2)
            return;
        if (m_owed) // the answer to the batch before
            send(*core::worker::encode(core::worker::ReturnedMessage{}));
        m_owed = false;
        if (m_when == "unasked")
            send(*core::worker::encode(core::worker::ReturnedMessage{}));
    }
    void recalled() {
        end(m_jobs[0]);
        if (m_when == "after the first outcome") {
            send(*core::worker::encode(core::worker::ReturnedMessage{{m_jobs[1]}}));
        } else {
            end(m_jobs[1]);
            m_owed = true;
        }
        m_jobs.clear();
    }
    void end(const core::worker::AttemptKey& key) {
        send(*core::worker::encode(core::worker::OutcomeMessage{key, 1, {}, core::task::Outcome::success("by hand")}));
    }
    static void send(const std::string& frame) {
        if (::write(kEngine, frame.data(), frame.size()) != ssize_t(frame.size()))
            ::_exit(1);
    }

    const std::string m_when;
    core::worker::FrameReader m_reader{core::worker::Direction::EngineToWorker};
    std::vector<core::worker::AttemptKey> m_jobs;
    bool m_owed = false;
};

} // namespace

int main(int argc, char** argv) {
    if (const char* when = std::getenv("BEATWARDEN_TEST_SLOW_ANSWER"))
        return SlowAnswerer(when).run();
    if (argc == 3 && std::string_view(argv[1]) == "--engine")
        return runSmallestEngine(argv[2]);
    core::task::TaskRegistry registry;
    tests::addTestTasks(registry);
    return core::worker::WorkerProcess::main(registry, argc, argv);
}
