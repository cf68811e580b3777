#include "core/engine/TaskLog.h"

#include <algorithm>

namespace core::engine {

using base::Result;

namespace {

base::LogLevel levelFromText(const std::string& text) {
    for (const auto level : {base::LogLevel::Debug, base::LogLevel::Info, base::LogLevel::Warning})
        if (text == base::toText(level))
            return level;
    return base::LogLevel::Error;
}

} // namespace

void TaskLog::append(const task::TaskId& task, TaskLogLine line) {
    if (!m_database)
        return;
    m_database->post(
        [task, line = std::move(line)](store::Connection& db) -> Result<void> {
            db.run("INSERT INTO task_log(task_id, attempt, at, level, text) VALUES(?,?,?,?,?)", task.text, line.attempt,
                   line.at, base::toText(line.level), line.text);
            return {};
        },
        nullptr);
}

std::vector<TaskLogLine> TaskLog::read(const task::TaskId& task, int limit) const {
    if (!m_database)
        return {};
    auto lines = m_database->read([&](store::Connection& db) -> Result<std::vector<TaskLogLine>> {
        store::Query rows = db.query("SELECT at, attempt, level, text FROM task_log WHERE task_id=? ORDER BY key DESC "
                                     "LIMIT ?",
                                     task.text, limit);
        std::vector<TaskLogLine> found;
        while (rows.step())
            found.push_back({rows.instant(0), rows.intAt(1), levelFromText(rows.text(2)), rows.text(3)});
        std::reverse(found.begin(), found.end());
        return found;
    });
    if (lines)
        return std::move(*lines);
    if (!m_complained.exchange(true))
        base::log(base::LogLevel::Warning, "engine", "the logs of tasks cannot be read: " + lines.error().text());
    return {};
}

} // namespace core::engine
