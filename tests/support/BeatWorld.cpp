#include "tests/support/BeatWorld.h"

#include "core/store/EngineSchema.h"

#include <algorithm>
#include <cstdio>
#include <gtest/gtest.h>

namespace tests {

using core::base::Instant;
using core::base::milliseconds;
using core::base::Result;
using core::beat::Beat;
using core::store::FireRow;
using core::store::ScheduleRow;
using core::task::Schedule;

Instant at(const std::string& text) {
    return *core::base::parseInstant(text);
}

Schedule cron(const std::string& name, const std::string& expression, const std::string& zone) {
    Schedule schedule;
    schedule.name = name;
    schedule.type = "demo";
    schedule.cron = expression;
    schedule.zone = zone;
    return schedule;
}

Schedule every(const std::string& name, core::base::seconds interval) {
    Schedule schedule = cron(name, "");
    schedule.every = interval;
    return schedule;
}

BeatWorld::BeatWorld(Instant start, const std::filesystem::path& zones, TemporaryFolder::Storage storage)
    : m_folder(storage), m_zoneFolder(zones), m_clock(start) {
    m_database = std::move(*core::store::Database::open(m_folder / "core.db", core::store::engineMigrations()));
    restart();
}

void BeatWorld::restart() {
    m_beat.reset();
    m_zones = std::make_unique<core::base::ZoneDatabase>(m_zoneFolder);
    m_beat = makeBeat();
}

std::unique_ptr<Beat> BeatWorld::makeBeat() {
    return std::make_unique<Beat>(Beat::Parts{
        *m_database, m_clock, *m_zones,
        [this](const ScheduleRow& entry, Instant instant) -> Result<core::task::Task> {
            onMake();
            if (entry.type == "unknown")
                return core::base::Error{core::base::ErrorCode::NotFound, "there is no task type 'unknown'", {}, {}};
            core::task::Task task;
            char id[48];
            std::snprintf(id, sizeof id, "0192a4c5-7d3e-7abc-8def-%012lld", static_cast<long long>(++m_made));
            task.id = {id};
            task.type = entry.type;
            task.queue = "default";
            task.triggeredBy = "schedule:" + entry.name;
            task.createdAt = m_clock.now();
            if (entry.expires)
                task.expiresAt = instant + *entry.expires;
            return task;
        },
        [](const core::broker::Broker::Moves&) {},
        [this](const core::task::TaskId& task) {
            const std::lock_guard lock(m_mutex);
            cancelled.push_back(task.text);
        },
        [this](const std::string& entry, const std::string& word) {
            {
                const std::lock_guard lock(m_mutex);
                told.push_back(entry + " " + word);
            }
            onTold();
        }});
}

void BeatWorld::add(const Schedule& schedule) {
    ScheduleRow row;
    static_cast<Schedule&>(row) = schedule;
    row.nextFire = core::beat::Timetable::of(schedule, *m_zones)->next(m_clock.now(), std::nullopt);
    ASSERT_TRUE(write([&](core::store::Connection& db) { return core::store::insertSchedule(db, row); }));
    m_beat->touch();
}

Result<void> BeatWorld::write(std::function<Result<void>(core::store::Connection&)> work) {
    return m_database->write(std::move(work));
}

void BeatWorld::look() {
    ASSERT_TRUE(m_beat->look(m_clock.now()));
}

void BeatWorld::pass(core::base::milliseconds time, core::base::milliseconds step) {
    for (; time.count() > 0; time -= step) {
        m_clock.advance(std::min(step, time));
        look();
    }
}

void BeatWorld::sleepUntil(Instant end) {
    while (m_clock.now() < end) {
        const auto next = m_beat->look(m_clock.now());
        ASSERT_TRUE(next) << next.error().text();
        auto sleep = std::max(next->within, core::base::milliseconds(1));
        if (next->at)
            sleep = std::clamp(*next->at - m_clock.now(), core::base::milliseconds(1), sleep);
        m_clock.advance(std::min(sleep, end - m_clock.now()));
    }
    look();
}

void BeatWorld::lookAt(const std::string& instant) {
    m_clock.advance(at(instant) - m_clock.now());
    look();
}

std::vector<FireRow> BeatWorld::fires(const std::string& name) {
    auto rows = *m_database->read([&](core::store::Connection& db) -> Result<std::vector<FireRow>> {
        return core::store::readFires(db, name, 1'000'000);
    });
    std::reverse(rows.begin(), rows.end());
    return rows;
}

std::vector<FireRow> BeatWorld::firesDecidedAt(const std::string& name, Instant at) {
    return *m_database->read([&](core::store::Connection& db) -> Result<std::vector<FireRow>> {
        core::store::Query rows = db.query(
            "SELECT instant, outcome, task_id, late_ms, note FROM fire WHERE schedule=? AND fired_at=?", name, at);
        std::vector<FireRow> fires;
        while (rows.step()) {
            FireRow& fire = fires.emplace_back();
            fire.schedule = name;
            fire.at = at;
            fire.instant = rows.instant(0);
            fire.outcome = rows.text(1) == "fired"        ? core::store::FireOutcome::Fired
                           : rows.text(1) == "overlapped" ? core::store::FireOutcome::Overlapped
                                                          : core::store::FireOutcome::Missed;
            if (!rows.isNull(2))
                fire.task = rows.text(2);
            fire.late = milliseconds(rows.integer(3));
            fire.note = rows.text(4);
        }
        return fires;
    });
}

std::string BeatWorld::story(const std::string& name) {
    std::string text;
    for (const FireRow& fire : fires(name))
        text += (text.empty() ? "" : ", ") + core::base::formatInstant(fire.instant).substr(11, 5) + " " +
                std::string(core::store::toText(fire.outcome));
    return text;
}

std::vector<std::string> BeatWorld::dates(const std::string& name) {
    std::vector<std::string> dates;
    for (const FireRow& fire : fires(name))
        dates.push_back(core::base::formatInstant(fire.instant) + " " + std::string(core::store::toText(fire.outcome)));
    return dates;
}

ScheduleRow BeatWorld::row(const std::string& name) {
    return *m_database->read(
        [&](core::store::Connection& db) -> Result<ScheduleRow> { return *core::store::readSchedule(db, name); });
}

int64_t BeatWorld::count(const std::string& sql) {
    return *m_database->read([&](core::store::Connection& db) -> Result<int64_t> {
        auto rows = db.query(sql);
        return rows.step() ? rows.integer(0) : 0;
    });
}

void BeatWorld::endTasks(const std::vector<std::string>& ids) {
    core::broker::Broker::Moves moves;
    ASSERT_TRUE(write([&](core::store::Connection& db) -> Result<void> {
        for (const std::string& id : ids) {
            core::store::Query task = db.query("UPDATE task SET state='revoked' WHERE id=? RETURNING triggered_by", id);
            if (!task.step())
                continue;
            core::broker::Move& move = moves.emplace_back();
            move.task.id = {id};
            move.task.state = core::task::TaskState::Revoked;
            move.task.triggeredBy = task.text(0);
            task.run();
        }
        return {};
    }));
    m_beat->follow(moves);
}

void BeatWorld::endTasks() {
    std::vector<std::string> ids;
    ASSERT_TRUE(m_database->read([&](core::store::Connection& db) -> Result<void> {
        core::store::Query rows = db.query("SELECT id FROM task WHERE state='pending'");
        while (rows.step())
            ids.push_back(rows.text(0));
        return {};
    }));
    endTasks(ids);
}

} // namespace tests
