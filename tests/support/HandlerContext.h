#pragma once

#include "core/base/Uuid.h"
#include "core/task/TaskContext.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace tests {

/// A context on the test's thread: remembers progress, can be told to cancel.
class HandlerContext final : public core::task::TaskContext {
  public:
    HandlerContext(const core::base::Clock& clock, std::filesystem::path database, std::string user)
        : m_clock(clock), m_id(core::base::newUuidV7(clock.now())), m_user(std::move(user)),
          m_database(std::move(database)) {}

    const core::base::Clock& clock() const override { return m_clock; }
    const std::string& taskId() const override { return m_id; }
    int attempt() const override { return 1; }
    const std::string& triggeredBy() const override { return m_user; }
    const std::filesystem::path& databasePath() const override { return m_database; }
    const core::base::Json& upstream() const override { return m_upstream; }
    void log(core::base::LogLevel, std::string_view) override {}
    void checkCancelled() const override {
        if (cancelled)
            throw core::task::Cancelled();
    }

    void partialResult(core::base::Json) override {}
    void atEnd(std::function<void()>) override {}

    std::vector<double> reports;
    bool cancelled = false;

  private:
    void report(core::task::Progress progress) override { reports.push_back(progress.percent); }

    const core::base::Clock& m_clock;
    std::string m_id, m_user;
    std::filesystem::path m_database;
    const core::base::Json m_upstream;
};

} // namespace tests
