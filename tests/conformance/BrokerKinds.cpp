#include "core/broker/SqliteBroker.h"
#include "core/store/Database.h"
#include "core/store/EngineSchema.h"
#include "tests/conformance/BrokerUnderTest.h"

#include <ostream>
#include <stdexcept>

namespace tests::conformance {

using core::base::Result;
using core::task::TaskId;
namespace store = core::store;
namespace task = core::task;

namespace {

class SqliteUnderTest final : public BrokerUnderTest {
  public:
    explicit SqliteUnderTest(std::filesystem::path folder) : m_file(std::move(folder) / "core.db") { open(); }

    core::broker::Broker& broker() override { return *m_broker; }

    void reopen() override {
        m_broker.reset();
        m_database.reset();
        open();
    }

    std::optional<task::Task> find(const TaskId& id) override {
        return read<std::optional<task::Task>>([&](store::Connection& db) { return store::readTask(db, id); });
    }

    std::vector<task::Transition> history(const TaskId& id) override {
        return read<std::vector<task::Transition>>([&](store::Connection& db) {
            const auto task = store::readTask(db, id);
            return task ? store::readHistory(db, task->key) : std::vector<task::Transition>();
        });
    }

    std::vector<task::Attempt> attempts(const TaskId& id) override {
        return read<std::vector<task::Attempt>>([&](store::Connection& db) {
            const auto task = store::readTask(db, id);
            return task ? store::readAttempts(db, task->key) : std::vector<task::Attempt>();
        });
    }

    int64_t taskCount() override {
        return read<int64_t>([](store::Connection& db) {
            store::Query row = db.query("SELECT count(*) FROM task");
            row.step();
            return row.integer(0);
        });
    }

    std::vector<Message> outbox() override {
        return read<std::vector<Message>>([](store::Connection& db) {
            std::vector<Message> messages;
            store::Query rows =
                db.query("SELECT idempotency_key, task_id, channel, body FROM outbox ORDER BY idempotency_key");
            while (rows.step())
                messages.push_back({rows.text(0), rows.text(1), rows.text(2), rows.json(3)});
            return messages;
        });
    }

    std::map<std::string, std::string> notes() override {
        return read<std::map<std::string, std::string>>([](store::Connection& db) {
            std::map<std::string, std::string> notes;
            store::Query rows = db.query("SELECT id, body FROM note");
            while (rows.step())
                notes[rows.text(0)] = rows.text(1);
            return notes;
        });
    }

    std::vector<std::string> auditedActions() override { return texts("SELECT action FROM audit_log ORDER BY seq"); }

    std::set<std::string> pausedQueues() override {
        const auto names = texts("SELECT name FROM queue WHERE paused=1");
        return {names.begin(), names.end()};
    }

  private:
    void open() {
        auto steps = store::engineMigrations();
        steps.push_back({"test", 1, "CREATE TABLE note(id TEXT PRIMARY KEY, body TEXT NOT NULL)"});
        auto database = store::Database::open(m_file, steps);
        if (!database)
            throw std::runtime_error(database.error().text());
        m_database = std::move(*database);
        m_broker = std::make_unique<core::broker::SqliteBroker>(*m_database, std::vector<std::string>{"note"});
    }

    template <class T, class Work>
    T read(Work work) {
        auto answer = m_database->read([&](store::Connection& db) -> Result<T> { return work(db); });
        if (!answer)
            throw std::runtime_error(answer.error().text());
        return std::move(*answer);
    }

    std::vector<std::string> texts(const std::string& sql) {
        return read<std::vector<std::string>>([&](store::Connection& db) {
            std::vector<std::string> found;
            store::Query rows = db.query(sql);
            while (rows.step())
                found.push_back(rows.text(0));
            return found;
        });
    }

    const std::filesystem::path m_file;
    std::unique_ptr<store::Database> m_database;
    std::unique_ptr<core::broker::SqliteBroker> m_broker;
};

} // namespace

const std::vector<BrokerKind>& brokerKinds() {
    static const std::vector<BrokerKind> kinds{
        {"Sqlite", [](const std::filesystem::path& folder) { return std::make_unique<SqliteUnderTest>(folder); }}};
    return kinds;
}

void PrintTo(const BrokerKind& kind, std::ostream* out) {
    *out << kind.name;
}

} // namespace tests::conformance
