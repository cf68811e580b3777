#include "core/base/Text.h"
#include "core/base/Uuid.h"
#include "core/broker/SqliteBroker.h"
#include "core/engine/BackfillPlanning.h"
#include "core/engine/LocalServices.h"
#include "core/store/AuditLog.h"

#include <algorithm>

namespace core::engine {

using base::Error;
using base::ErrorCode;
using base::Instant;
using base::Result;

namespace {

/// Instants of an interval that are looked at for one plan.
constexpr int64_t kMostOfAnInterval = 200'000;
/// Firings and successful runs from which the next run time is told.
constexpr int kRecentFirings = 200;
constexpr size_t kRecentRuns = 50;

Error invalid(const std::string& message, const std::string& remedy) {
    return {ErrorCode::InvalidParams, message, remedy, {}};
}

Result<void> checkWindow(Instant from, Instant to, Instant now, base::milliseconds kept) {
    if (from > to)
        return invalid("the window ends at " + base::formatInstant(to) + ", before it begins",
                       "Give an end at or after " + base::formatInstant(from));
    if (to > now)
        return invalid("the window ends in the future, at " + base::formatInstant(to),
                       "Give an end at or before now, " + base::formatInstant(now));
    if (from < now - kept)
        return invalid("what became of instants before " + base::formatInstant(now - kept) + " is not known any more",
                       "Begin the window there or later");
    return {};
}

Result<void> checkInterval(const store::ScheduleRow& row, Instant from, Instant to) {
    if (row.every.count() == 0 || (to - from) / row.every <= kMostOfAnInterval)
        return {};
    return invalid("the window holds more than " + base::grouped(kMostOfAnInterval) + " instants of this interval",
                   "Give a window of at most " + std::to_string((row.every * kMostOfAnInterval).count()) + " seconds");
}

/// The entry as it is stored, and what can be read from it.
struct Entry {
    store::ScheduleRow row;
    beat::Timetable table;
};

Result<Entry> readEntry(store::Connection& db, const std::string& name, const base::ZoneDatabase& zones) {
    auto row = store::readSchedule(db, name);
    if (!row)
        return noSuchSchedule(name);
    if (auto sound = mustBeSound(*row); !sound)
        return sound.error();
    auto table = beat::Timetable::of(*row, zones);
    if (!table)
        return table.error();
    return Entry{std::move(*row), std::move(*table)};
}

Error isAnother(const std::string& name) {
    return {ErrorCode::Conflict, "the schedule '" + name + "' was changed meanwhile; nothing was done",
            "Look at its instants again", {}};
}

std::vector<base::milliseconds> recentRuns(store::Connection& db, const std::string& name) {
    std::vector<base::milliseconds> runs;
    for (const store::FireRow& fire : store::readFires(db, name, kRecentFirings))
        if (runs.size() < kRecentRuns && fire.sound && fire.state == task::TaskState::Success && fire.runTime)
            runs.push_back(std::max(base::milliseconds(0), *fire.runTime));
    return runs;
}

/// Sorted, each once.
Result<std::vector<Instant>> checkInstants(const BackfillRequest& request, Instant now, base::milliseconds kept) {
    if (request.instants.empty())
        return invalid("no instant is named", "Name at least one, as the plan lists them");
    if (request.instants.size() > BackfillPlan::kMostInstants)
        return invalid(base::grouped(int64_t(request.instants.size())) + " instants are more than one backfill makes up for",
                       "Name at most " + std::to_string(BackfillPlan::kMostInstants));
    std::vector<Instant> instants = request.instants;
    std::sort(instants.begin(), instants.end());
    instants.erase(std::unique(instants.begin(), instants.end()), instants.end());
    if (auto fine = checkWindow(instants.front(), instants.back(), now, kept); !fine)
        return fine.error();
    return instants;
}

/// What is recorded of an instant that is made up for, with what was recorded before.
store::FireRow fireOf(const Entry& entry, const task::Task& task, const JudgedInstant& before,
                      const std::optional<store::FireRow>& recorded, Instant now) {
    store::FireRow fire{entry.row.name, before.instant, store::FireOutcome::Backfilled, task.id.text, now,
                        std::max(base::milliseconds(0), now - entry.table.dueAt(before.instant)), {}, {}, {}};
    if (before.state == InstantState::NeverBegun)
        fire.note = "task " + recorded->task.value_or("") + " ended before it began";
    else if (recorded)
        fire.note = std::string(store::toText(recorded->outcome)) + (before.note.empty() ? "" : ": " + before.note);
    return fire;
}

} // namespace

/// A backfill that is about to be committed.
struct LocalScheduleService::PreparedBackfill {
    std::string mark; ///< of the definition that the tasks were made from
    BackfillOrder order;
    std::vector<std::pair<Instant, task::Task>> tasks; ///< oldest first
    BackfillResult result;
    broker::Broker::Moves moves;
};

Result<BackfillPlan> LocalScheduleService::backfillPlan(const std::string& name, Instant from, Instant to) const {
    const Instant now = m_parts.clock.now();
    if (auto fine = checkWindow(from, to, now, m_parts.firingsKept); !fine)
        return fine.error();
    return m_parts.database.read([&](store::Connection& db) -> Result<BackfillPlan> {
        const auto entry = readEntry(db, name, m_parts.zones);
        if (!entry)
            return entry.error();
        if (auto fine = checkInterval(entry->row, from, to); !fine)
            return fine.error();
        if (const auto task = m_parts.factory.fromSchedule(entry->row, now, now); !task)
            return task.error();
        BackfillFacts facts{entry->table, entry->row, m_parts.registry.find(entry->row.type), from, to, {}, {}};
        facts.fires = store::readFires(db, name, from, to);
        facts.definedAt =
            store::lastAudited(db, "schedule", name, {"schedule_created", "schedule_changed", "schedule_reset"});
        facts.runTimes = recentRuns(db, name);
        facts.usual = m_parts.live.usualRunTime(entry->row.type);
        return planOf(facts);
    });
}

/// The tasks of all instants, made before the writer is asked for.
Result<LocalScheduleService::PreparedBackfill> LocalScheduleService::prepareBackfill(const BackfillRequest& request,
                                                                                     const Actor& actor,
                                                                                     Instant now) const {
    const auto instants = checkInstants(request, now, m_parts.firingsKept);
    if (!instants)
        return instants.error();
    const auto entry = m_parts.database.read([&](store::Connection& db) { return readEntry(db, request.schedule, m_parts.zones); });
    if (!entry)
        return entry.error();
    PreparedBackfill prepared{definitionMark(entry->row), request.order, {}, {}, {}};
    if (!request.definition.empty() && request.definition != prepared.mark)
        return isAnother(request.schedule);
    const std::string id = base::newUuidV7(now);
    prepared.result.tag = "backfill-" + id.substr(id.size() - 12);
    for (const Instant instant : *instants) {
        if (!isInstantOf(entry->table, instant))
            return invalid(base::formatInstant(instant) + " is no instant of the schedule '" + request.schedule + "'",
                           "Name instants as the plan lists them");
        auto task = m_parts.factory.forBackfill(entry->row, instant, prepared.result.tag, actor.name, now);
        if (!task)
            return task.error();
        task->workflow = id;
        if (request.order == BackfillOrder::Together)
            task->priority = task::kLowestPriority;
        prepared.tasks.emplace_back(instant, std::move(*task));
    }
    return prepared;
}

/// In one transaction: the rows of the instants and their tasks.
Result<void> LocalScheduleService::commitBackfill(store::Connection& db, const std::string& name, PreparedBackfill& prepared,
                                                  Instant now) const {
    const auto entry = readEntry(db, name, m_parts.zones);
    if (!entry)
        return entry.error();
    if (definitionMark(entry->row) != prepared.mark)
        return isAnother(name);
    std::vector<broker::NewTask> tasks;
    for (const auto& [instant, task] : prepared.tasks) {
        const auto recorded = store::readFire(db, name, instant);
        const JudgedInstant before = judged(entry->row, instant, recorded ? &*recorded : nullptr);
        // Of an interval only what is recorded is known to be an instant.
        if (!isMissing(before.state) || (!recorded && entry->row.every.count() > 0)) {
            prepared.result.skipped.push_back(before);
            continue;
        }
        store::replaceFire(db, fireOf(*entry, task, before, recorded, now));
        tasks.emplace_back(task);
        if (prepared.order == BackfillOrder::OneAfterAnother && tasks.size() > 1)
            tasks.back().after = {tasks.size() - 2};
        prepared.result.tasks.push_back(task.id);
    }
    auto moves = broker::SqliteBroker::enqueueIn(db, tasks);
    if (!moves)
        return moves.error();
    prepared.moves = std::move(*moves);
    return {};
}

Result<BackfillResult> LocalScheduleService::backfill(const BackfillRequest& request, const Actor& actor) {
    const Instant now = m_parts.clock.now();
    auto checked = prepareBackfill(request, actor, now);
    if (!checked)
        return checked.error();
    const auto prepared = std::make_shared<PreparedBackfill>(std::move(*checked));
    const auto work = [this, request, actor, prepared, now](store::Connection& db) -> Result<void> {
        prepared->result.tasks.clear();
        prepared->result.skipped.clear();
        auto done = commitBackfill(db, request.schedule, *prepared, now);
        if (done && !prepared->result.tasks.empty())
            auditBackfill(db, request, prepared->result, actor, now);
        return done;
    };
    EagerRunner::Turn turn(m_parts.eager);
    const auto committed = await<void>([&](const store::Database::Done& then) {
        m_parts.database.post(work, [this, prepared, then](Result<void> done) {
            if (done)
                m_parts.dispatcher.publish(prepared->moves);
            then(std::move(done));
        });
    });
    if (!committed)
        return committed.error();
    if (prepared->result.tasks.empty())
        prepared->result.tag.clear();
    else
        m_parts.bus.publish({0, now, events::EventKind::ScheduleChanged, request.schedule, "backfilled", nullptr});
    turn.runAll();
    return std::move(prepared->result);
}

void LocalScheduleService::auditBackfill(store::Connection& db, const BackfillRequest& request, const BackfillResult& result,
                                         const Actor& actor, Instant now) {
    const auto [first, last] = std::minmax_element(request.instants.begin(), request.instants.end());
    store::appendAudit(db,
                       {"schedule_backfilled", actor.name, actor.type, "schedule", request.schedule, nullptr,
                        {{"from", base::formatInstant(request.from.value_or(*first))},
                         {"to", base::formatInstant(request.to.value_or(*last))},
                         {"tasks", result.tasks.size()},
                         {"skipped", result.skipped.size()},
                         {"order", toText(request.order)},
                         {"tag", result.tag}},
                        {}},
                       now);
}

} // namespace core::engine
