#pragma once

#include "core/task/TaskContext.h"

namespace core::task {

/// A context for a part of the work: its 0..100 percent are a span of its parent's, and scopes nest. Everything else is
/// its parent's, which must outlive it. Thread: task.
class ProgressScope : public TaskContext {
  public:
    /// `from`..`to` are percent of the parent. `prefix` is put before every text, `common` into every report's fields,
    /// over what the part itself says there.
    ProgressScope(TaskContext& parent, double from, double to, std::string prefix = {}, base::Json common = nullptr);

    const base::Clock& clock() const override { return m_parent.clock(); }
    const std::string& taskId() const override { return m_parent.taskId(); }
    int attempt() const override { return m_parent.attempt(); }
    const std::string& triggeredBy() const override { return m_parent.triggeredBy(); }
    const std::filesystem::path& databasePath() const override { return m_parent.databasePath(); }
    const base::Json& upstream() const override { return m_parent.upstream(); }
    void log(base::LogLevel level, std::string_view text) override { m_parent.log(level, text); }
    void checkCancelled() const override { m_parent.checkCancelled(); }
    void partialResult(base::Json result) override { m_parent.partialResult(std::move(result)); }
    void atEnd(std::function<void()> cleanUp) override { m_parent.atEnd(std::move(cleanUp)); }

  private:
    void report(Progress progress) override;

    TaskContext& m_parent;
    const double m_from, m_to;
    const std::string m_prefix;
    const base::Json m_common;
};

} // namespace core::task
