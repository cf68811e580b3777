#include "core/store/StatusTracking.h"

#include "core/base/Log.h"

#include <algorithm>
#include <sqlite3.h>

namespace core::store {

using task::Tracking;

namespace {

std::string quoted(const std::string& name) {
    return "\"" + name + "\"";
}

/// The number of rows that took the word.
int writeWord(Connection& db, const Tracking& tracking, const task::Task& task, const std::string& word) {
    const bool withId = !tracking.taskIdColumn.empty() && task.state == task::TaskState::Started;
    const std::string sql = "UPDATE " + quoted(tracking.table) + " SET " + quoted(tracking.statusColumn) + "=?1" +
                            (withId ? ", " + quoted(tracking.taskIdColumn) + "=?4" : "") + " WHERE " +
                            quoted(tracking.keyColumn) + "=(SELECT json_extract(params, ?2) FROM task WHERE key=?3)";
    const std::string path = "$.\"" + tracking.parameter + "\"";
    return withId ? db.run(sql, word, path, task.key, task.id.text) : db.run(sql, word, path, task.key);
}

/// As writeWord, undone alone when the row refuses: why nothing was written, empty when it was.
std::string tryWord(Connection& db, const Tracking& tracking, const task::Task& task, const std::string& word) {
    const std::string what = tracking.table + "." + tracking.statusColumn;
    db.run("SAVEPOINT tracking");
    std::string problem;
    try {
        if (writeWord(db, tracking, task, word) == 0)
            problem = what + " was not set to '" + word + "': there is no such row";
    } catch (const SqlError& error) {
        // Words that the table refuses and names that it does not have are the declaration's fault. A failing disk is not.
        if (const int code = error.code() & 0xff; code != SQLITE_CONSTRAINT && code != SQLITE_ERROR)
            throw;
        problem = what + " was not set to '" + word + "': " + error.what();
        db.run("ROLLBACK TO tracking");
    }
    db.run("RELEASE tracking");
    return problem;
}

} // namespace

StatusTracking::StatusTracking(const std::vector<std::string>& writableTables,
                               const std::unordered_map<std::string, Tracking>& byType) {
    for (const auto& [type, tracking] : byType)
        if (std::ranges::find(writableTables, tracking.table) != writableTables.end())
            m_byType.emplace(type, tracking);
        else
            base::log(base::LogLevel::Error, "store",
                      "task type " + type + " tracks the table '" + tracking.table + "', which tasks may not write");
}

void StatusTracking::follow(Connection& db, const task::Task& task) const {
    const auto tracking = m_byType.find(task.type);
    if (tracking == m_byType.end())
        return;
    const auto word = tracking->second.wordFor(task.state);
    if (!word)
        return;
    const std::string problem = tryWord(db, tracking->second, task, *word);
    if (problem.empty())
        return;
    base::log(base::LogLevel::Warning, "store", "task " + task.id.text + ": " + problem);
    db.run("UPDATE transition SET note=iif(ifnull(note, '')='', ?1, note||'; '||?1) WHERE task=?2 AND version=?3",
           problem, task.key, task.version);
}

} // namespace core::store
