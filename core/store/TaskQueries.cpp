#include "core/store/TaskColumns.h"
#include "core/store/TaskStore.h"

#include <nlohmann/json.hpp>
#include <unordered_map>

namespace core::store {

namespace {

constexpr const char* kDamagedWords = "this row does not match its checksum: what it says may be wrong";

/// The words of a search, each to be found somewhere in the row.
std::vector<std::string> wordsOf(const std::string& search) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : search + " ") {
        if (c != ' ') {
            word += c;
        } else if (!word.empty()) {
            words.push_back("%" + std::exchange(word, {}) + "%");
        }
    }
    return words;
}

/// The WHERE clause of a filter; binds in the order of its question marks.
struct Condition {
    std::string sql = "1";
    base::Json values = base::Json::array();

    void add(const std::string& clause) { sql += " AND " + clause; }
    void add(const std::string& clause, const base::Json& value) {
        add(clause);
        values.push_back(value);
    }
};

std::string escapeLike(std::string word) {
    std::string escaped;
    for (size_t i = 0; i < word.size(); ++i) {
        const bool edge = i == 0 || i + 1 == word.size();
        if (!edge && (word[i] == '%' || word[i] == '_' || word[i] == '\\'))
            escaped += '\\';
        escaped += word[i];
    }
    return escaped;
}

Condition conditionOf(const TaskFilter& filter) {
    Condition condition;
    if (!filter.states.empty()) {
        std::string marks;
        for (const task::TaskState state : filter.states)
            marks += (marks.empty() ? "'" : ",'") + std::string(task::toText(state)) + "'";
        condition.add("state IN (" + marks + ")");
    }
    if (!filter.queue.empty())
        condition.add("queue=?", filter.queue);
    if (!filter.type.empty())
        condition.add("type=?", filter.type);
    if (filter.createdFrom)
        condition.add("created_at>=?", filter.createdFrom->time_since_epoch().count());
    if (filter.createdTo)
        condition.add("created_at<?", filter.createdTo->time_since_epoch().count());
    for (const std::string& word : wordsOf(filter.search))
        condition.add("(id||' '||type||' '||ifnull(worker,'')||' '||ifnull(error_type,'')||' '||ifnull(error_message,'')"
                      "||' '||ifnull(tags,'')||' '||params) LIKE ? ESCAPE '\\'",
                      escapeLike(word));
    return condition;
}

void bindCondition(Query& query, const Condition& condition) {
    for (const base::Json& value : condition.values)
        query.bindJson(value);
}

const char* sortExpression(TaskSort sort) {
    switch (sort) {
    case TaskSort::Created: return "key";
    case TaskSort::Type: return "type";
    case TaskSort::Queue: return "queue";
    case TaskSort::State: return "state";
    case TaskSort::Priority: return "priority";
    case TaskSort::Started: return "started_at";
    case TaskSort::Finished: return "finished_at";
    case TaskSort::Runtime: return "finished_at - started_at";
    }
    return "key";
}

} // namespace

std::vector<task::Task> readPage(Connection& db, const TaskFilter& filter, int64_t beforeKey, int limit) {
    Condition condition = conditionOf(filter);
    if (beforeKey > 0)
        condition.add("key<?", beforeKey);
    Query rows = db.query("SELECT " + taskColumns(Bodies::With) + " FROM task WHERE " + condition.sql + " ORDER BY key DESC LIMIT ?");
    bindCondition(rows, condition);
    rows.bind(limit);
    std::vector<task::Task> tasks;
    while (rows.step())
        tasks.push_back(taskAt(rows, Bodies::With));
    return tasks;
}

std::vector<int64_t> readKeys(Connection& db, const TaskFilter& filter, const TaskOrder& order) {
    const Condition condition = conditionOf(filter);
    const std::string direction = order.direction == SortDirection::Descending ? " DESC" : "";
    std::string by = std::string(sortExpression(order.by)) + direction;
    if (order.by != TaskSort::Created)
        by += ", key" + direction;
    Query rows = db.query("SELECT key FROM task WHERE " + condition.sql + " ORDER BY " + by);
    bindCondition(rows, condition);
    std::vector<int64_t> keys;
    while (rows.step())
        keys.push_back(rows.integer(0));
    return keys;
}

std::vector<task::Task> readRows(Connection& db, const std::vector<int64_t>& keys) {
    std::unordered_map<int64_t, task::Task> found;
    Query rows = db.query("SELECT " + taskColumns(Bodies::Without) + " FROM task WHERE key IN (SELECT value FROM json_each(?))",
                          base::Json(keys).dump());
    while (rows.step()) {
        task::Task task = taskAt(rows, Bodies::Without);
        found.emplace(task.key, std::move(task));
    }
    std::vector<task::Task> tasks;
    for (const int64_t key : keys)
        if (const auto row = found.find(key); row != found.end())
            tasks.push_back(row->second);
    return tasks;
}

std::vector<task::Attempt> readAttempts(Connection& db, int64_t key) {
    Query rows = db.query("SELECT number, started_at, ended_at, outcome, error_type, error_message, worker, "
                          "sum=row_sum(task, number, started_at, ended_at, outcome, error_type, error_message, worker) "
                          "FROM attempt WHERE task=?1 UNION ALL "
                          "SELECT attempt, started_at, NULL, NULL, NULL, NULL, worker, 1 FROM task "
                          "WHERE key=?1 AND state='started' ORDER BY 1",
                          key);
    std::vector<task::Attempt> attempts;
    while (rows.step()) {
        attempts.push_back({rows.intAt(0), rows.instant(1), rows.instantOrNone(2), rows.text(3), rows.text(4),
                            rows.text(5), rows.text(6)});
        if (rows.intAt(7) == 0) {
            attempts.back().errorType = "DamagedRow";
            attempts.back().errorMessage = kDamagedWords;
        }
    }
    return attempts;
}

std::vector<task::Transition> readHistory(Connection& db, int64_t key) {
    Query rows =
        db.query("SELECT from_state, to_state, attempt, at, note, "
                 "sum=row_sum(task, version, from_state, to_state, attempt, epoch, at, note) "
                 "FROM transition WHERE task=? ORDER BY version",
                 key);
    std::vector<task::Transition> history;
    while (rows.step()) {
        history.push_back({rows.isNull(0) ? std::nullopt : std::optional(stateAt(rows, 0)), stateAt(rows, 1),
                           rows.intAt(2), rows.instant(3), rows.text(4)});
        if (rows.intAt(5) == 0)
            history.back().note = kDamagedWords;
    }
    return history;
}

std::vector<task::Task> readRelated(Connection& db, const task::Task& task) {
    Query rows = db.query("SELECT " + taskColumns(Bodies::Without) + " FROM task WHERE id=?1 OR id=?2 OR parent_id=?3 OR retry_of=?3 "
                          "ORDER BY key LIMIT 200",
                          task.parentId, task.retryOf, task.id.text);
    std::vector<task::Task> tasks;
    while (rows.step())
        tasks.push_back(taskAt(rows, Bodies::Without));
    return tasks;
}

} // namespace core::store
