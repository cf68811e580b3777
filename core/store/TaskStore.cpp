#include "core/store/TaskStore.h"

#include <nlohmann/json.hpp>
#include <sqlite3.h>
#include <unordered_map>

namespace core::store {

namespace {

const std::string kColumns = "key, id, type, queue, state, reason, priority, tags, error_type, error_message, attempt, "
                             "max_attempts, created_at, scheduled_for, started_at, finished_at, expires_at, worker, "
                             "parent_id, retry_of, idempotency_key, triggered_by, cancel_requested";
constexpr int kBodyColumn = 23;
const std::string kBodyColumns = ", params, metadata, result, traceback";
constexpr int kLedgerColumn = 27;

std::string selectTasks(Bodies bodies) {
    return "SELECT " + kColumns + (bodies == Bodies::With ? kBodyColumns : std::string()) + " FROM task ";
}

task::TaskState stateAt(const Query& row, int column) {
    const auto state = task::stateFromText(row.text(column));
    if (!state)
        throw SqlError(SQLITE_CORRUPT, "unknown task state '" + row.text(column) + "'");
    return *state;
}

task::Task taskAt(const Query& row, Bodies bodies) {
    task::Task task;
    task.key = row.integer(0);
    task.id = {row.text(1)};
    task.type = row.text(2);
    task.queue = row.text(3);
    task.state = stateAt(row, 4);
    task.reason = task::reasonFromText(row.text(5)).value_or(task::FailureReason::Error);
    task.priority = row.intAt(6);
    if (const base::Json tags = row.json(7); tags.is_array())
        task.tags = tags.get<std::vector<std::string>>();
    task.errorType = row.text(8);
    task.errorMessage = row.text(9);
    task.attempt = row.intAt(10);
    task.maxAttempts = row.intAt(11);
    task.createdAt = row.instant(12);
    task.scheduledFor = row.instantOrNone(13);
    task.startedAt = row.instantOrNone(14);
    task.finishedAt = row.instantOrNone(15);
    task.expiresAt = row.instantOrNone(16);
    task.worker = row.text(17);
    task.parentId = row.text(18);
    task.retryOf = row.text(19);
    task.idempotencyKey = row.text(20);
    task.triggeredBy = row.text(21);
    task.cancelRequested = row.intAt(22) != 0;
    if (bodies == Bodies::With) {
        task.params = row.json(kBodyColumn);
        if (const base::Json metadata = row.json(kBodyColumn + 1); metadata.is_object())
            task.metadata = metadata;
        task.result = row.json(kBodyColumn + 2);
        task.traceback = row.text(kBodyColumn + 3);
    }
    return task;
}

std::optional<std::string> orNull(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

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

void insertTransition(Connection& db, int64_t key, std::optional<task::TaskState> from, task::TaskState to, int attempt,
                      int64_t epoch, base::Instant at, const std::string& note) {
    const auto fromText = from ? std::optional(std::string(task::toText(*from))) : std::nullopt;
    db.run("INSERT INTO transition(task, from_state, to_state, attempt, epoch, at, note) VALUES(?,?,?,?,?,?,?)", key,
           fromText, task::toText(to), attempt, epoch, at, orNull(note));
}

void insertTask(Connection& db, task::Task& task, int64_t epoch, const std::string& note) {
    const auto metadata = task.metadata.empty() ? std::nullopt : std::optional(base::dumpJson(task.metadata));
    const auto tags = task.tags.empty() ? std::nullopt : std::optional(base::dumpJson(base::Json(task.tags)));
    db.run("INSERT INTO task(id, type, queue, state, priority, params, metadata, tags, max_attempts, created_at, "
           "scheduled_for, expires_at, parent_id, retry_of, idempotency_key, triggered_by) "
           "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
           task.id.text, task.type, task.queue, task::toText(task.state), task.priority, base::dumpJson(task.params),
           metadata, tags, task.maxAttempts, task.createdAt, task.scheduledFor, task.expiresAt, orNull(task.parentId),
           orNull(task.retryOf), orNull(task.idempotencyKey), orNull(task.triggeredBy));
    task.key = db.lastInsertRowId();
    insertTransition(db, task.key, std::nullopt, task.state, 0, epoch, task.createdAt, note);
}

std::optional<TaskLedger> readLedger(Connection& db, const task::TaskId& id) {
    Query row = db.query("SELECT " + kColumns + kBodyColumns + ", interruptions, deaths, epoch FROM task WHERE id=?",
                         id.text);
    if (!row.step())
        return std::nullopt;
    return TaskLedger{taskAt(row, Bodies::With), row.intAt(kLedgerColumn), row.intAt(kLedgerColumn + 1),
                      row.integer(kLedgerColumn + 2)};
}

std::optional<task::Task> readTask(Connection& db, const task::TaskId& id) {
    Query row = db.query(selectTasks(Bodies::With) + "WHERE id=?", id.text);
    if (!row.step())
        return std::nullopt;
    return taskAt(row, Bodies::With);
}

std::vector<task::Task> readPage(Connection& db, const TaskFilter& filter, int64_t beforeKey, int limit) {
    Condition condition = conditionOf(filter);
    if (beforeKey > 0)
        condition.add("key<?", beforeKey);
    Query rows = db.query(selectTasks(Bodies::With) + "WHERE " + condition.sql + " ORDER BY key DESC LIMIT ?");
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
    Query rows = db.query("SELECT " + kColumns + " FROM task WHERE key IN (SELECT value FROM json_each(?))",
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
    Query rows = db.query("SELECT number, started_at, ended_at, outcome, error_type, error_message, worker FROM attempt "
                          "WHERE task=? ORDER BY number",
                          key);
    std::vector<task::Attempt> attempts;
    while (rows.step())
        attempts.push_back({rows.intAt(0), rows.instant(1), rows.instantOrNone(2), rows.text(3), rows.text(4),
                            rows.text(5), rows.text(6)});
    return attempts;
}

std::vector<task::Transition> readHistory(Connection& db, int64_t key) {
    Query rows =
        db.query("SELECT from_state, to_state, attempt, at, note FROM transition WHERE task=? ORDER BY key", key);
    std::vector<task::Transition> history;
    while (rows.step())
        history.push_back({rows.isNull(0) ? std::nullopt : std::optional(stateAt(rows, 0)), stateAt(rows, 1),
                           rows.intAt(2), rows.instant(3), rows.text(4)});
    return history;
}

std::vector<task::Task> readRelated(Connection& db, const task::Task& task) {
    Query rows = db.query("SELECT " + kColumns + " FROM task WHERE id=?1 OR id=?2 OR parent_id=?3 OR retry_of=?3 "
                          "ORDER BY key LIMIT 200",
                          task.parentId, task.retryOf, task.id.text);
    std::vector<task::Task> tasks;
    while (rows.step())
        tasks.push_back(taskAt(rows, Bodies::Without));
    return tasks;
}

std::vector<TaskCount> countTasks(Connection& db) {
    Query rows = db.query("SELECT queue, state, count(*) FROM task GROUP BY queue, state");
    std::vector<TaskCount> counts;
    while (rows.step())
        counts.push_back({rows.text(0), stateAt(rows, 1), rows.integer(2)});
    return counts;
}

} // namespace core::store
