#include "core/store/Pruning.h"

#include "core/store/TaskStore.h"

#include <deque>
#include <sqlite3.h>

namespace core::store {

namespace {

/// A walk begins anew after this time, for what was needed when it came by.
constexpr base::milliseconds kAnew = std::chrono::days(1);

constexpr const char* kLive = "IN ('scheduled','pending','started','retry')";

/// Whether a walk may begin anew; it goes on in any case.
class Turns {
  public:
    explicit Turns(base::milliseconds every) : m_every(every) {}
    bool next(base::Instant now) {
        if (m_last && now >= *m_last && now - *m_last < m_every)
            return false;
        m_last = now;
        return true;
    }

  private:
    const base::milliseconds m_every;
    std::optional<base::Instant> m_last;
};

/// Whom a walk over finished tasks looks at.
enum class Fate { Failed, Other };

// The newest task stays: its key must not be given to another one.
const std::string kUnneeded =
    std::string("SELECT queue, type, state FROM task t WHERE key=? AND finished_at<? AND state NOT ") + kLive +
    " AND key<(SELECT max(key) FROM task)"
    " AND NOT EXISTS(SELECT 1 FROM dependency INDEXED BY dependency_upstream WHERE upstream=t.key)"
    " AND NOT EXISTS(SELECT 1 FROM task c INDEXED BY task_family WHERE c.parent_id=t.id AND c.state " + kLive + ")"
    " AND NOT EXISTS(SELECT 1 FROM task r INDEXED BY task_retries WHERE r.retry_of=t.id AND r.state " + kLive + ")"
    " AND NOT EXISTS(SELECT 1 FROM task w INDEXED BY task_workflow WHERE w.workflow=t.workflow AND w.state " + kLive + ")";

// What comes after a task may be tried again, and gets its result then.
const std::string kHasBody =
    std::string("SELECT 1 FROM task t WHERE key=? AND finished_at<? AND state NOT ") + kLive +
    " AND (result IS NOT NULL OR traceback IS NOT NULL)"
    " AND NOT EXISTS(SELECT 1 FROM dependency d JOIN task u ON u.key=d.task WHERE d.upstream=t.key AND u.state<>'success')";
const std::string kNotKept =
    " AND ifnull(triggered_by, '') NOT LIKE 'schedule:%'"
    " AND ifnull(CASE WHEN json_valid(metadata) THEN json_extract(metadata, '$.keep') END, 0) IS NOT 1";

// The planner would rather read all tasks of a state.
constexpr const char* kFinished =
    "SELECT key, finished_at, state='failure' FROM task INDEXED BY task_finished "
    "WHERE finished_at IS NOT NULL AND finished_at<? AND (finished_at, key)>(?, ?) ORDER BY finished_at, key LIMIT ?";

/// Finished tasks in the order of their ends, from where the last walk ended.
class TaskBroom : public Broom {
  public:
    TaskBroom(Fate fate, base::milliseconds age) : m_fate(fate), m_age(age) {}

    bool find(Connection& db, base::Instant now) override {
        if (m_turns.next(now))
            m_finishedAt = m_key = INT64_MIN;
        Query rows = db.query(kFinished, now - m_age, m_finishedAt, m_key, kPage);
        bool any = false;
        while (rows.step()) {
            any = true;
            m_key = rows.integer(0);
            m_finishedAt = rows.integer(1);
            if ((rows.intAt(2) != 0) == (m_fate == Fate::Failed))
                m_found.push_back(m_key);
        }
        return any;
    }
    bool hasFound() const override { return !m_found.empty(); }
    Swept sweep(Connection& db, base::Instant now, const std::function<bool()>& enough) override {
        Swept swept;
        while (!m_found.empty() && !enough()) {
            const int64_t key = m_found.front();
            m_found.pop_front();
            take(db, key, now - m_age, swept);
        }
        return swept;
    }

  protected:
    virtual void take(Connection& db, int64_t key, base::Instant before, Swept& swept) = 0;

    const Fate m_fate;

  private:
    const base::milliseconds m_age;
    Turns m_turns{kAnew};
    int64_t m_finishedAt = INT64_MIN, m_key = INT64_MIN;
    std::deque<int64_t> m_found;
};

/// Whole tasks: row, history, attempts, what they waited for.
class RowBroom final : public TaskBroom {
  public:
    using TaskBroom::TaskBroom;
    std::string name() const override { return "tasks"; }

  private:
    void take(Connection& db, int64_t key, base::Instant before, Swept& swept) override {
        ForgottenTask task;
        {
            Query row = db.query(kUnneeded, key, before);
            if (!row.step())
                return;
            task = {row.text(0), row.text(1), task::stateFromText(row.text(2)).value_or(task::TaskState::Failure)};
        }
        for (const char* statement : {"DELETE FROM transition WHERE task=?", "DELETE FROM attempt WHERE task=?",
                                      "DELETE FROM dependency WHERE task=?", "DELETE FROM task WHERE key=?"})
            db.run(statement, key);
        ++swept.removed;
        swept.tasks.push_back(std::move(task));
    }
};

/// Result and traceback; the row stays.
class BodyBroom final : public TaskBroom {
  public:
    using TaskBroom::TaskBroom;
    std::string name() const override { return m_fate == Fate::Failed ? "failed bodies" : "results"; }

  private:
    void take(Connection& db, int64_t key, base::Instant before, Swept& swept) override {
        if (!db.query(m_fate == Fate::Failed ? kHasBody : kHasBody + kNotKept, key, before).step())
            return;
        try {
            clearBodies(db, key);
            ++swept.removed;
        } catch (const SqlError& error) {
            // A damaged row stays as it is: whoever looks at it is told.
            if ((error.code() & 0xff) != SQLITE_CORRUPT)
                throw;
        }
    }
};

/// Rows of a table that are walked over by their key, all of them, now and then.
class KeyBroom final : public Broom {
  public:
    struct Words {
        const char* name;
        const char* page;   ///< (key, age) after ?1 in the order of the keys, at most ?2
        const char* remove; ///< the row with the key ?1 if it is older than ?2
        const char* first;  ///< before every key, as SQL
    };
    KeyBroom(const Words& words, base::milliseconds age, base::milliseconds every)
        : m_words(words), m_age(age), m_turns(every) {}
    std::string name() const override { return m_words.name; }

    bool find(Connection& db, base::Instant now) override {
        if (m_done && !m_turns.next(now))
            return false;
        if (std::exchange(m_done, false))
            m_key = firstKey(db);
        Query rows = db.query(m_words.page);
        rows.bindJson(m_key).bind(kPage);
        m_done = true;
        while (rows.step()) {
            m_done = false;
            m_key = keyAt(rows);
            if (!rows.isNull(1) && rows.instant(1) < now - m_age)
                m_found.push_back(m_key);
        }
        return !m_done;
    }
    bool hasFound() const override { return !m_found.empty(); }
    Swept sweep(Connection& db, base::Instant now, const std::function<bool()>& enough) override {
        Swept swept;
        for (; !m_found.empty() && !enough(); m_found.pop_front()) {
            Query row = db.query(m_words.remove);
            row.bindJson(m_found.front()).bind(now - m_age);
            row.run();
            swept.removed += db.changes();
        }
        return swept;
    }

  private:
    base::Json firstKey(Connection& db) const {
        Query first = db.query(m_words.first);
        first.step();
        return keyAt(first);
    }
    /// A number or a text, as the table has it.
    static base::Json keyAt(const Query& row) {
        return row.isInteger(0) ? base::Json(row.integer(0)) : base::Json(row.text(0));
    }

    const Words m_words;
    const base::milliseconds m_age;
    Turns m_turns;
    bool m_done = true;
    base::Json m_key;
    std::deque<base::Json> m_found;
};

constexpr KeyBroom::Words kKeys{"keys", "SELECT key, expires_at FROM idempotency WHERE key>? ORDER BY key LIMIT ?",
                                "DELETE FROM idempotency WHERE key=? AND expires_at<?", "SELECT ''"};
constexpr KeyBroom::Words kMessages{"messages", "SELECT key, delivered_at FROM outbox WHERE key>? ORDER BY key LIMIT ?",
                                    "DELETE FROM outbox WHERE key=? AND delivered_at<?", "SELECT -1"};
constexpr KeyBroom::Words kLines{"log lines", "SELECT key, at FROM task_log WHERE key>? ORDER BY key LIMIT ?",
                                 "DELETE FROM task_log WHERE key=? AND at<?", "SELECT -1"};

constexpr const char* kFirings = "SELECT schedule, instant, fired_at FROM fire WHERE (schedule, instant)>(?, ?) "
                                 "ORDER BY schedule, instant LIMIT ?";

/// Firings of schedules, by schedule and instant.
class FiringBroom final : public Broom {
  public:
    explicit FiringBroom(base::milliseconds age) : m_age(age) {}
    std::string name() const override { return "firings"; }

    bool find(Connection& db, base::Instant now) override {
        if (m_done && !m_turns.next(now))
            return false;
        if (std::exchange(m_done, false))
            m_at = {std::string(), INT64_MIN};
        Query rows = db.query(kFirings, m_at.first, m_at.second, kPage);
        m_done = true;
        while (rows.step()) {
            m_done = false;
            m_at = {rows.text(0), rows.integer(1)};
            if (rows.instant(2) < now - m_age)
                m_found.push_back(m_at);
        }
        return !m_done;
    }
    bool hasFound() const override { return !m_found.empty(); }
    Swept sweep(Connection& db, base::Instant now, const std::function<bool()>& enough) override {
        Swept swept;
        for (; !m_found.empty() && !enough(); m_found.pop_front())
            swept.removed += db.run("DELETE FROM fire WHERE schedule=? AND instant=? AND fired_at<?",
                                    m_found.front().first, m_found.front().second, now - m_age);
        return swept;
    }

  private:
    using Key = std::pair<std::string, int64_t>;
    const base::milliseconds m_age;
    Turns m_turns{kAnew};
    bool m_done = true;
    Key m_at;
    std::deque<Key> m_found;
};

} // namespace

std::vector<std::unique_ptr<Broom>> coreBrooms(const policy::Retention& retention) {
    std::vector<std::unique_ptr<Broom>> brooms;
    brooms.push_back(std::make_unique<BodyBroom>(Fate::Other, retention.results));
    brooms.push_back(std::make_unique<BodyBroom>(Fate::Failed, retention.failedBodies));
    brooms.push_back(std::make_unique<RowBroom>(Fate::Other, retention.rows));
    brooms.push_back(std::make_unique<RowBroom>(Fate::Failed, retention.failures));
    brooms.push_back(std::make_unique<KeyBroom>(kKeys, base::milliseconds(0), std::chrono::hours(1)));
    brooms.push_back(std::make_unique<KeyBroom>(kMessages, retention.messages, kAnew));
    brooms.push_back(std::make_unique<FiringBroom>(retention.firings));
    return brooms;
}

std::vector<std::string> pruningStatements() {
    return {kFinished,    kUnneeded,      kHasBody,         kHasBody + kNotKept, kKeys.page,
            kKeys.remove, kMessages.page, kMessages.remove, kFirings};
}

std::unique_ptr<Broom> logBroom(const policy::Retention& retention) {
    return std::make_unique<KeyBroom>(kLines, retention.logLines, kAnew);
}

} // namespace core::store
