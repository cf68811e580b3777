#include "tests/support/Checker.h"

#include "core/store/AuditLog.h"
#include "core/store/Connection.h"
#include "core/store/Soundness.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <unistd.h>

namespace tests {

using core::base::Json;
using core::store::Connection;
using core::store::Query;

namespace {

using Words = std::set<std::string>;

const Words kTerminal{"success", "failure", "revoked"};

/// The moves of a task, written down a second time so that the product's own table cannot be wrong unnoticed.
const std::map<std::string, Words> kLegal{{"", {"scheduled", "pending"}},
                                          {"scheduled", {"pending", "revoked", "failure"}},
                                          {"pending", {"started", "revoked", "scheduled", "failure"}},
                                          {"retry", {"pending", "revoked", "failure", "scheduled"}},
                                          {"started", {"success", "failure", "retry", "revoked", "pending"}}};

/// What the checksums of a task's row are made of.
const std::string kStateSum = "row_sum(state, reason, version, attempt, interruptions, deaths, epoch, rank, blockers, "
                              "cancel_requested, scheduled_for, started_at, finished_at, worker, error_type, "
                              "error_message, traceback, result)";
const std::string kMadeSum =
    "row_sum(key, id, type, queue, priority, max_attempts, created_at, expires_at, time_limit, "
    "upstreams, dependents, parent_id, retry_of, workflow, idempotency_key, triggered_by, tags, "
    "metadata, params)";

struct Row {
    int64_t key = 0;
    std::string id, type, state, idempotencyKey;
    int attempt = 0, spent = 0, maxAttempts = 0;
    int64_t epoch = 0;
};

class Check {
  public:
    Check(Connection& db, const Acknowledged& acknowledged, const CheckOptions& options)
        : m_db(db), m_acknowledged(acknowledged), m_options(options) {}

    std::vector<Violation> run() {
        fileIsSound();
        if (!m_violations.empty())
            return std::move(m_violations); // what a damaged file says means nothing
        readTasks();
        acknowledgedTasksExist();
        historiesReplay();
        runningTasksAreOwned();
        effectsAreOfSuccesses();
        attemptsAreWithinLimits();
        firesAreSingle();
        keysAreSingle();
        messagesAreOfSuccesses();
        auditChainVerifies();
        return std::move(m_violations);
    }

  private:
    void violated(const char* invariant, std::string text) { m_violations.push_back({invariant, std::move(text)}); }

    void fileIsSound() {
        Query rows = m_db.query("PRAGMA integrity_check(5)");
        while (rows.step())
            if (rows.text(0) != "ok")
                violated("I11", rows.text(0));
        Query references = m_db.query("PRAGMA foreign_key_check");
        while (references.step())
            violated("I11", "a row of " + references.text(0) + " refers to nothing");
        Query sums = m_db.query("SELECT id FROM task WHERE state_sum<>" + kStateSum + " OR made_sum<>" + kMadeSum);
        while (sums.step())
            violated("I11", "the row of task " + sums.text(0) + " does not match its checksum");
        for (const auto& row : core::store::findUnsoundRows(m_db))
            violated("I11", "row " + row.row + " of " + row.table + " does not match its checksum");
    }

    void readTasks() {
        Query rows = m_db.query("SELECT key, id, type, state, coalesce(idempotency_key, ''), attempt, attempt - "
                                "interruptions, max_attempts, epoch FROM task");
        while (rows.step()) {
            Row row{rows.integer(0), rows.text(1),  rows.text(2),  rows.text(3),   rows.text(4),
                    rows.intAt(5),   rows.intAt(6), rows.intAt(7), rows.integer(8)};
            m_byId[row.id] = row.key;
            m_tasks[row.key] = std::move(row);
        }
    }

    const Row* find(const std::string& id) const {
        const auto key = m_byId.find(id);
        return key == m_byId.end() ? nullptr : &m_tasks.at(key->second);
    }

    void acknowledgedTasksExist() {
        for (const std::string& id : m_acknowledged.enqueued)
            if (!find(id))
                violated("I1", "acknowledged task " + id + " is not there");
        for (const auto& [id, state] : m_acknowledged.ended)
            if (const Row* task = find(id); !task || task->state != state)
                violated("I2", "task " + id + " was acknowledged as " + state + " and is " +
                                   (task ? task->state : std::string("not there")));
    }

    void historiesReplay() {
        struct Replay {
            std::string state;
            int attempt = 0, starts = 0;
        };
        std::map<int64_t, Replay> replays;
        Query rows = m_db.query(
            "SELECT task, coalesce(from_state, ''), to_state, attempt FROM transition ORDER BY task, version");
        while (rows.step()) {
            Replay& replay = replays[rows.integer(0)];
            const std::string from = rows.text(1), to = rows.text(2), task = std::to_string(rows.integer(0));
            const auto legal = kLegal.find(from);
            if (from != replay.state)
                violated("I3", "task #" + task + " moves from " + from + " while it is " + replay.state);
            if (legal == kLegal.end() || !legal->second.contains(to))
                violated("I3", "task #" + task + " moves illegally from " + from + " to " + to);
            if (rows.intAt(3) < replay.attempt)
                violated("I6", "the attempts of task #" + task + " fall");
            replay.state = to;
            replay.attempt = rows.intAt(3);
            replay.starts += to == "started" ? 1 : 0;
        }
        for (const auto& [key, task] : m_tasks)
            if (replays[key].state != task.state || replays[key].starts != task.attempt)
                violated("I3", "task " + task.id + " is " + task.state + " in attempt " + std::to_string(task.attempt) +
                                   ", its history says " + replays[key].state + " after " +
                                   std::to_string(replays[key].starts) + " starts");
    }

    void runningTasksAreOwned() {
        Query owner = m_db.query("SELECT epoch FROM owner");
        const int64_t epoch = owner.step() ? owner.integer(0) : 0;
        for (const auto& [key, task] : m_tasks) {
            if (task.state != "started")
                continue;
            const bool owned = m_options.running == Running::OfThisOwner ? task.epoch == epoch
                               : m_options.running == Running::Any       ? task.epoch > 0 && task.epoch <= epoch
                                                                         : false;
            if (!owned)
                violated("I4", "task " + task.id + " runs for epoch " + std::to_string(task.epoch) + " of " +
                                   std::to_string(epoch));
        }
    }

    void effectsAreOfSuccesses() {
        if (m_options.effectTable.empty())
            return;
        std::map<std::string, int> effects;
        Query rows =
            m_db.query("SELECT " + m_options.effectColumn + ", count(*) FROM " + m_options.effectTable + " GROUP BY 1");
        while (rows.step())
            effects[rows.text(0)] = rows.intAt(1);
        for (const auto& [id, count] : effects)
            if (!find(id))
                violated("I5", "an effect of the unknown task " + id);
        for (const auto& [key, task] : m_tasks)
            if (const int expected = m_options.effectTypes.contains(task.type) && task.state == "success" ? 1 : 0;
                effects.contains(task.id) ? effects[task.id] != expected : expected != 0)
                violated("I5", "task " + task.id + " (" + task.state + ") has " + std::to_string(effects[task.id]) +
                                   " effects");
    }

    void attemptsAreWithinLimits() {
        for (const auto& [key, task] : m_tasks)
            if (task.spent > task.maxAttempts || task.spent < 0)
                violated("I6", "task " + task.id + " spent " + std::to_string(task.spent) + " of " +
                                   std::to_string(task.maxAttempts) + " attempts");
    }

    void firesAreSingle() {
        Query rows = m_db.query("SELECT schedule, instant FROM fire GROUP BY 1, 2 HAVING count(*) > 1 UNION ALL SELECT "
                                "min(schedule), min(instant) FROM fire WHERE task_id IS NOT NULL GROUP BY task_id "
                                "HAVING count(*) > 1");
        while (rows.step())
            violated("I7", rows.text(0) + " fired twice at " + rows.text(1));
        Query lost = m_db.query("SELECT schedule, task_id FROM fire WHERE task_id IS NOT NULL AND task_id NOT IN "
                                "(SELECT id FROM task)");
        while (lost.step())
            violated("I7", "a fire of " + lost.text(0) + " names the unknown task " + lost.text(1));
    }

    void keysAreSingle() {
        std::map<std::string, std::string> live;
        for (const auto& [key, task] : m_tasks)
            if (!task.idempotencyKey.empty() && !kTerminal.contains(task.state) &&
                !live.emplace(task.idempotencyKey, task.id).second)
                violated("I8", "two live tasks have the key " + task.idempotencyKey);
        for (const auto& [key, id] : m_acknowledged.keys) {
            Query row = m_db.query("SELECT task_id FROM idempotency WHERE key=?", key);
            if (!row.step() || (!id.empty() && row.text(0) != id))
                violated("I8", "the key " + key + " does not lead to the acknowledged task " + id);
        }
    }

    void messagesAreOfSuccesses() {
        Words keys;
        Query rows = m_db.query("SELECT idempotency_key, task_id FROM outbox");
        while (rows.step()) {
            const Row* task = find(rows.text(1));
            if (!keys.insert(rows.text(0)).second)
                violated("I9", "two messages have the key " + rows.text(0));
            if (!task || task->state != "success")
                violated("I9", "a message of task " + rows.text(1) + ", which did not succeed");
        }
    }

    void auditChainVerifies() {
        int64_t sequence = 0;
        std::string previous(64, '0');
        Query rows = m_db.query("SELECT seq, id, ts, actor, actor_type, action, entity_type, entity_id, before_json, "
                                "after_json, reason, prev_hash, hash FROM audit_log ORDER BY seq");
        while (rows.step()) {
            const Json canonical{{"seq", rows.integer(0)},      {"id", rows.text(1)},         {"ts", rows.text(2)},
                                 {"actor", rows.text(3)},       {"actor_type", rows.text(4)}, {"action", rows.text(5)},
                                 {"entity_type", rows.text(6)}, {"entity_id", rows.text(7)},  {"before", rows.json(8)},
                                 {"after", rows.json(9)},       {"reason", rows.text(10)}};
            if (rows.integer(0) != ++sequence || rows.text(11) != previous ||
                rows.text(12) != core::store::sha256(previous + core::base::dumpJson(canonical))) {
                violated("I10", "the audit chain breaks at entry " + std::to_string(rows.integer(0)));
                return;
            }
            previous = rows.text(12);
        }
    }

    Connection& m_db;
    const Acknowledged& m_acknowledged;
    const CheckOptions& m_options;
    std::vector<Violation> m_violations;
    std::map<int64_t, Row> m_tasks;
    std::map<std::string, int64_t> m_byId;
};

/// Whether a file of /proc contains a text; false for a process that is gone meanwhile.
bool mentions(const std::filesystem::path& file, const std::string& text) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream content;
    content << stream.rdbuf(); // notes a failed read, and does not throw it
    return content.str().find(text) != std::string::npos;
}

} // namespace

std::vector<Violation> checkStore(const std::filesystem::path& database, const Acknowledged& acknowledged,
                                  const CheckOptions& options) {
    auto opened = Connection::open(database, core::store::OpenMode::ReadOnly);
    if (!opened)
        return {{"I11", opened.error().text()}};
    try {
        const core::store::Snapshot snapshot(**opened);
        return Check(**opened, acknowledged, options).run();
    } catch (const core::store::SqlError& error) {
        return {{"I11", error.what()}};
    }
}

void signTasks(Connection& db) {
    db.exec("UPDATE task SET state_sum=" + kStateSum + ", made_sum=" + kMadeSum);
}

std::string describe(const std::vector<Violation>& violations) {
    std::string text;
    for (size_t i = 0; i < violations.size() && i < 8; ++i)
        text += "  " + violations[i].invariant + ": " + violations[i].text + "\n";
    if (violations.size() > 8)
        text += "  and " + std::to_string(violations.size() - 8) + " more\n";
    return text;
}

std::vector<int> processesNaming(const std::string& nonce) {
    std::vector<int> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const int pid = std::atoi(entry.path().filename().c_str());
        if (pid <= 0 || pid == ::getpid())
            continue;
        if (mentions(entry.path() / "cmdline", nonce) || mentions(entry.path() / "environ", nonce))
            found.push_back(pid);
    }
    return found;
}

} // namespace tests
