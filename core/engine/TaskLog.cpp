#include "core/engine/TaskLog.h"

#include "core/store/EngineSchema.h"

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

Result<std::unique_ptr<TaskLog>> TaskLog::open(const std::filesystem::path& file) {
    auto database = store::Database::open(file, store::telemetryMigrations(), store::OpenMode::RelaxedWriter);
    if (!database && database.error().code == base::ErrorCode::Corrupt) {
        base::log(base::LogLevel::Warning, "engine", database.error().text() + "; telemetry begins anew");
        std::error_code ignored;
        std::filesystem::rename(file, file.string() + ".damaged", ignored);
        for (const char* suffix : {"-wal", "-shm"})
            std::filesystem::remove(file.string() + suffix, ignored);
        database = store::Database::open(file, store::telemetryMigrations(), store::OpenMode::RelaxedWriter);
    }
    if (!database)
        return database.error();
    return std::unique_ptr<TaskLog>(new TaskLog(std::move(*database)));
}

void TaskLog::append(const task::TaskId& task, TaskLogLine line) {
    m_database->post(
        [task, line = std::move(line)](store::Connection& db) -> Result<void> {
            db.run("INSERT INTO task_log(task_id, attempt, at, level, text) VALUES(?,?,?,?,?)", task.text, line.attempt,
                   line.at, base::toText(line.level), line.text);
            return {};
        },
        nullptr);
}

Result<std::vector<TaskLogLine>> TaskLog::read(const task::TaskId& task, int limit) const {
    return m_database->read([&](store::Connection& db) -> Result<std::vector<TaskLogLine>> {
        store::Query rows = db.query("SELECT at, attempt, level, text FROM task_log WHERE task_id=? ORDER BY key DESC "
                                     "LIMIT ?",
                                     task.text, limit);
        std::vector<TaskLogLine> lines;
        while (rows.step())
            lines.push_back({rows.instant(0), rows.intAt(1), levelFromText(rows.text(2)), rows.text(3)});
        std::reverse(lines.begin(), lines.end());
        return lines;
    });
}

} // namespace core::engine
