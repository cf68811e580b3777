#include "tests/support/BrokerDriver.h"

#include "core/store/EngineSchema.h"

#include <future>
#include <nlohmann/json.hpp>

namespace tests {

using namespace core;
using base::Json;
using base::Result;
using broker::Ending;
using broker::EndingKind;

namespace {

const broker::Requester kRequester{"driver", "system"};
constexpr const char* kType = "effect";

base::Instant instant(int64_t ms) {
    return base::Instant(base::milliseconds(ms));
}

} // namespace

BrokerDriver::BrokerDriver(uint64_t seed)
    : m_dice(seed), m_now(base::parseInstant("2026-11-20T08:00:00Z")->time_since_epoch().count()) {}

BrokerDriver::~BrokerDriver() {
    close();
}

std::vector<store::Migration> BrokerDriver::migrations() {
    auto steps = store::engineMigrations();
    steps.push_back({"test", 1, "CREATE TABLE effect(key INTEGER PRIMARY KEY, task_id TEXT NOT NULL, body TEXT)"});
    return steps;
}

CheckOptions BrokerDriver::checks(Running running) const {
    CheckOptions options;
    options.running = running;
    options.effectTypes = {kType};
    options.effectTable = "effect";
    return options;
}

bool BrokerDriver::open(const std::filesystem::path& file, store::OpenMode mode, store::Guards guards) {
    close();
    m_running.clear();
    auto opened = store::Database::open(file, migrations(), mode, std::move(guards));
    if (!opened)
        return false;
    m_database = std::move(*opened);
    m_broker = std::make_unique<broker::SqliteBroker>(*m_database, std::vector<std::string>{"effect"});
    const auto epoch = m_broker->takeOwnership(instant(++m_now));
    if (!epoch)
        return false;
    m_epoch = *epoch;
    const auto rescued = m_broker->rescue(
        m_epoch, {{kType, task::Idempotent::Yes}}, [](int64_t, int, int64_t) { return true; }, instant(++m_now));
    if (rescued)
        note(*rescued);
    return bool(rescued);
}

void BrokerDriver::close() {
    m_database.reset();
    m_broker.reset();
}

void BrokerDriver::note(const Moves& moves) {
    for (const broker::Move& move : moves) {
        const std::string& id = move.task.id.text;
        if (!move.from) {
            m_acknowledged.enqueued.insert(id);
            m_known.push_back(move.task.id);
            if (!move.task.idempotencyKey.empty())
                m_acknowledged.keys[move.task.idempotencyKey] = id;
        }
        if (task::isTerminal(move.task.state))
            m_acknowledged.ended[id] = task::toText(move.task.state);
        if (move.task.state == task::TaskState::Started)
            m_running[id] = move.task;
        else
            m_running.erase(id);
    }
}

broker::Broker::Then<BrokerDriver::Moves> BrokerDriver::noting() {
    ++m_asked;
    return [this](Result<Moves> moves) {
        if (moves)
            note(*moves);
        else if (moves.error().code != base::ErrorCode::Conflict && moves.error().code != base::ErrorCode::NotFound)
            ++m_refusals;
        answered();
    };
}

void BrokerDriver::answered() {
    ++m_answered;
    m_answered.notify_all();
}

void BrokerDriver::together(const std::function<void()>& verbs) {
    // The writer waits in a group of its own while verbs are asked, so that they make up the next one: the same groups
    // for the same seed.
    std::promise<void> gate, waiting;
    ++m_asked;
    m_database->post(
        [opened = gate.get_future().share(), &waiting](store::Connection&) -> Result<void> {
            waiting.set_value();
            opened.wait();
            return {};
        },
        [this, &waiting](const Result<void>& committed) {
            if (!committed)
                waiting.set_value(); // it did not even begin
            answered();
        });
    waiting.get_future().wait();
    verbs();
    gate.set_value();
    const int asked = m_asked;
    for (int soFar = m_answered; soFar != asked; soFar = m_answered)
        m_answered.wait(soFar);
}

bool BrokerDriver::work(int groups, Checkpoints checkpoints) {
    for (int i = 0; i < groups && m_refusals == 0; ++i) {
        together([this] {
            for (int verbs = m_dice.between(1, 8); verbs > 0; --verbs)
                step();
        });
        if (checkpoints == Checkpoints::NowAndThen && m_dice.chance(4)) {
            m_database->checkpointWhenIdle();
            together([] {});
        }
    }
    return m_refusals == 0;
}

void BrokerDriver::step() {
    m_now += m_dice.between(1, 5000);
    const int what = m_dice.between(0, 99);
    if (what < 40)
        enqueue();
    else if (what < 60)
        claim();
    else if (what < 85)
        end();
    else if (what < 92)
        cancel();
    else if (what < 97)
        m_broker->stage(instant(m_now), 16, 16, noting());
    else if (what < 99)
        m_broker->expire(instant(m_now), 16, noting());
    else if (!m_known.empty())
        m_broker->reschedule(m_dice.pick(m_known), instant(m_now + 60'000), kRequester, instant(m_now), noting());
}

task::Task BrokerDriver::newTask() {
    char id[40];
    std::snprintf(id, sizeof id, "%08x-%04x-7%03x-8%03x-%012x", unsigned(m_dice.below(1u << 31)),
                  unsigned(m_dice.below(65536)), unsigned(m_dice.below(4096)), unsigned(m_dice.below(4096)),
                  unsigned(++m_made));
    task::Task task;
    task.id = {id};
    task.type = kType;
    task.queue = "default";
    task.priority = m_dice.between(0, 9);
    task.maxAttempts = m_dice.between(1, 4);
    task.createdAt = instant(m_now);
    task.params = {{"text", std::string(m_dice.below(400), 'p')}};
    return task;
}

void BrokerDriver::enqueue() {
    std::vector<broker::NewTask> tasks;
    for (int i = m_dice.between(1, 3); i > 0; --i) {
        task::Task task = newTask();
        if (m_dice.chance(10)) {
            task.state = task::TaskState::Scheduled;
            task.scheduledFor = instant(m_now + m_dice.between(1, 60'000));
        }
        if (m_dice.chance(10))
            task.idempotencyKey = "key-" + std::to_string(m_dice.below(50));
        if (m_dice.chance(5))
            task.expiresAt = instant(m_now + m_dice.between(1, 60'000));
        tasks.emplace_back(std::move(task));
        if (tasks.size() > 1 && m_dice.chance(30))
            tasks.back().after = {0};
    }
    m_broker->enqueue(std::move(tasks), maybeClaim(), noting());
}

broker::ClaimRequest BrokerDriver::claimRequest() {
    broker::ClaimRequest request;
    request.batches = m_dice.between(1, 4);
    request.queues = {{"default", request.batches}};
    request.types = {{kType, {request.batches, m_dice.between(1, 3)}}};
    request.epoch = m_epoch;
    request.now = instant(m_now);
    return request;
}

std::optional<broker::ClaimRequest> BrokerDriver::maybeClaim() {
    return m_dice.chance(20) ? std::optional(claimRequest()) : std::nullopt;
}

void BrokerDriver::claim() {
    m_broker->claim(claimRequest(), noting());
}

/// The end of a running attempt, in one of the ways in which attempts end.
Ending BrokerDriver::endingOf(const task::Task& running) {
    Ending ending;
    ending.task = running.id;
    ending.type = running.type;
    ending.attempt = running.attempt;
    ending.epoch = m_epoch;
    ending.message = "it ended";
    ending.retry.delay = base::seconds(1);
    ending.now = instant(m_now);
    const int how = m_dice.between(0, 99);
    if (how < 60) {
        ending.outcome = task::Outcome::success({{"text", std::string(m_dice.below(300), 'r')}});
        auto& changes = ending.outcome.changes;
        const Json row{{"task_id", running.id.text}, {"body", std::string(m_dice.below(200), 'e')}};
        changes.changes.push_back({task::ChangeKind::Insert, "effect", row, Json::object(), {}});
        if (m_dice.chance(20))
            changes.audit.push_back(
                {"worked", "driver", "system", "task", running.id.text, nullptr, {{"n", m_made}}, "so"});
        if (m_dice.chance(20))
            ending.outcome.outbox.push_back({"in_app", {{"message", "done"}}});
        if (m_dice.chance(10))
            ending.followUps.push_back(newTask());
    } else if (how < 80) {
        ending.outcome = task::Outcome::transientFailure("Busy", "try again");
    } else {
        ending.kind = m_dice.pick(
            std::vector{EndingKind::Timeout, EndingKind::WorkerLost, EndingKind::Cancelled, EndingKind::Interrupted});
    }
    return ending;
}

/// Ends a few attempts together; sometimes one twice, the second time too late.
void BrokerDriver::end() {
    if (m_running.empty())
        return;
    std::vector<Ending> endings;
    for (int i = m_dice.between(1, 3); i > 0; --i) {
        const auto at = std::ptrdiff_t(m_dice.below(m_running.size()));
        endings.push_back(endingOf(std::next(m_running.begin(), at)->second));
    }
    commit(std::move(endings));
}

void BrokerDriver::commit(std::vector<Ending> endings) {
    m_broker->end(std::make_shared<const std::vector<Ending>>(std::move(endings)), maybeClaim(),
                  [note = noting()](Result<broker::Broker::Ended> ended) {
                      note(ended ? Result<Moves>(std::move(ended->moves)) : Result<Moves>(ended.error()));
                  });
}

void BrokerDriver::cancel() {
    if (!m_known.empty())
        m_broker->cancel(m_dice.pick(m_known), kRequester, instant(m_now), noting());
}

bool BrokerDriver::runOneTask() {
    const auto ended = m_acknowledged.ended.size();
    together([this] {
        task::Task task = newTask();
        task.priority = 9;
        m_broker->enqueue({task}, std::nullopt, noting());
    });
    together([this] { claim(); });
    together([this] {
        std::vector<Ending> endings;
        for (const auto& [id, task] : m_running) {
            endings.push_back(endingOf(task));
            endings.back().kind = EndingKind::Cancelled;
        }
        commit(std::move(endings));
    });
    return m_acknowledged.ended.size() > ended;
}

} // namespace tests
