#include "tests/support/BeatSoak.h"

#include "core/beat/ScheduleFile.h"

#include <fstream>
#include <gtest/gtest.h>

namespace tests {

using namespace std::chrono_literals;
using core::base::Instant;
using core::base::milliseconds;
using core::base::Result;
using core::base::seconds;
using core::store::FireRow;
using core::task::CatchUp;
using core::task::Overlap;
using core::task::Schedule;

namespace {

/// Thrown where the program dies.
struct Died {};

const std::vector<std::string> kZones{"America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu",
                                      "Africa/Casablanca"};
/// Rules that a zone may get instead: neighbours, no further away than a law moves a clock.
const std::map<std::string, std::vector<std::string>> kOtherRules{
    {"America/New_York", {"America/Chicago", "America/Halifax", "America/Panama", "America/Havana"}},
    {"Europe/Berlin", {"Europe/London", "Europe/Kyiv", "Africa/Algiers", "Europe/Istanbul"}},
    {"Australia/Lord_Howe", {"Australia/Sydney", "Australia/Brisbane", "Pacific/Noumea"}},
    {"Asia/Kathmandu", {"Asia/Kolkata", "Asia/Dhaka", "Asia/Karachi"}},
    {"Africa/Casablanca", {"Europe/London", "Africa/Abidjan", "Africa/Algiers"}}};

const std::vector<std::string> kCrons{"* * * * *",       "*/2 * * * *",  "*/7 * * * *",   "*/15 * * * *",  "13 * * * *",
                                      "0,30 * * * *",    "0 */2 * * *",  "30 */3 * * *",  "*/10 0-5 * * *", "*/20 1,2 * * *",
                                      "0 0 * * *",       "30 1 * * *",   "0 2 * * *",     "30 2 * * *",    "15,45 2 * * *",
                                      "0-59/13 2 * * *", "0 3 * * *",    "30 12 * * 1-5", "45 23 * * *",   "0 6 * * 0",
                                      "0 0-23 * * *",    "0,30 0-4 * * *", "5 4 */2 * *", "30 2 * * 0,6"};

std::string systemRules(const std::string& zone) {
    std::ifstream file(std::filesystem::path(core::base::Zone::kSystemFolder) / zone, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// On the day before a change of the clocks, or any time.
Instant randomStart(Dice& dice) {
    const Instant any = Instant(std::chrono::sys_days(std::chrono::year(2015) / 1 / 1)) +
                        seconds(int64_t(dice.below(21ull * 365 * 86'400)));
    if (dice.chance(40))
        return any;
    const auto zone = *core::base::Zone::find(dice.pick(kZones));
    const Instant change = zone.period(any).end;
    return change > at("2036-12-01T00:00:00Z") ? any : change - seconds(int64_t(dice.below(86'400))) + milliseconds(dice.below(1000));
}

} // namespace

BeatSoak::Counts& BeatSoak::Counts::operator+=(const Counts& other) {
    instants += other.instants, fired += other.fired, looks += other.looks;
    restarts += other.restarts, deaths += other.deaths, jumps += other.jumps, suspends += other.suspends;
    changes += other.changes, upgrades += other.upgrades;
    return *this;
}

std::string BeatSoak::Counts::text() const {
    return std::to_string(instants) + " instants, " + std::to_string(fired) + " fired; " + std::to_string(restarts) +
           " restarts, " + std::to_string(deaths) + " deaths, " + std::to_string(jumps) + " jumps of the clock, " +
           std::to_string(suspends) + " suspends, " + std::to_string(changes) + " entries changed, " +
           std::to_string(upgrades) + " time zones changed";
}

BeatSoak::BeatSoak(uint64_t seed, Sabotage sabotage)
    : m_dice(seed), m_sabotage(sabotage), m_zones("1"), m_oracle([this](const std::string& zone) -> std::optional<std::string> {
          std::ifstream file(m_zones.path() / zone, std::ios::binary);
          if (!file)
              return std::nullopt;
          return std::string{std::istreambuf_iterator<char>(file), {}};
      }) {
    makeZones();
    m_world = std::make_unique<BeatWorld>(randomStart(m_dice), m_zones.path(), TemporaryFolder::Storage::Memory);
    const auto die = [this] {
        if (m_dieIn > 0 && --m_dieIn == 0)
            throw Died();
    };
    m_world->onMake = die;
    m_world->onTold = [this, die] {
        if (m_world->told.back().ends_with("fired") || m_world->told.back().ends_with("passed over"))
            die();
    };
    addSchedules();
}

BeatSoak::~BeatSoak() = default;

BeatSoak::Counts BeatSoak::counts() const {
    Counts counts = m_counts;
    counts.instants = m_oracle.instants();
    counts.fired = m_oracle.fired();
    return counts;
}

void BeatSoak::tell(const std::string& what) {
    m_story.push_back(core::base::formatInstant(now()) + " (" + std::to_string(boot().count()) + ") " + what);
}

void BeatSoak::makeZones() {
    m_zoneNames = kZones;
    for (const std::string& zone : m_zoneNames)
        m_zones.putContent(zone, systemRules(zone));
}

void BeatSoak::addSchedules() {
    m_schedules = *core::beat::defaultSchedule(m_world->zones());
    for (int i = m_dice.between(10, 18); i > 0; --i)
        m_schedules.push_back(randomSchedule("random-" + std::to_string(i)));
    for (const Schedule& schedule : m_schedules) {
        m_world->add(schedule);
        m_oracle.defined(schedule, core::beat::Timetable::of(schedule, m_world->zones())->shift(), now());
        tell("added " + core::base::dumpJson(core::task::toJson(schedule)));
    }
}

Schedule BeatSoak::randomSchedule(const std::string& name) {
    Schedule schedule = tests::cron(name, "");
    addRandomTiming(schedule);
    schedule.catchUp = m_dice.pick<CatchUp>({CatchUp::None, CatchUp::One, CatchUp::All});
    schedule.overlap = m_dice.pick<Overlap>({Overlap::Skip, Overlap::QueueOne, Overlap::Allow, Overlap::CancelOld});
    if (m_dice.chance(50))
        schedule.maxLateness = seconds(m_dice.between(30, 604'800));
    if (m_dice.chance(30))
        schedule.expires = seconds(m_dice.between(30, 7'200));
    if (m_dice.chance(50))
        schedule.spread = seconds(m_dice.between(1, 30));
    return schedule;
}

void BeatSoak::addRandomTiming(Schedule& schedule) {
    schedule.cron.clear();
    schedule.every = seconds(0);
    schedule.once.reset();
    schedule.zone = "UTC";
    schedule.starts.reset();
    schedule.ends.reset();
    const int kind = m_dice.between(0, 9);
    if (kind < 7) {
        schedule.cron = m_dice.pick(kCrons);
        if (m_dice.chance(75))
            schedule.zone = m_dice.pick(m_zoneNames);
        if (m_missing.contains(schedule.zone))
            schedule.zone = "UTC";
    } else if (kind < 9) {
        schedule.every = seconds(m_dice.chance(90) ? m_dice.between(60, 20'000) : m_dice.between(20, 60));
    } else {
        schedule.once = now() + seconds(m_dice.between(-3'600, 90'000));
    }
    if (m_dice.chance(15))
        schedule.starts = now() + seconds(m_dice.between(-3'600, 43'200));
    if (m_dice.chance(15))
        schedule.ends = std::max(schedule.starts.value_or(now()), now()) + seconds(m_dice.between(0, 86'400));
}

void BeatSoak::plan(Event event, milliseconds longest) {
    m_events[size_t(event)] = boot() + milliseconds(1 + int64_t(m_dice.below(uint64_t(longest.count()))));
}

std::optional<BeatSoak::Event> BeatSoak::dueEvent() const {
    const auto first = std::ranges::min_element(m_events);
    return *first <= m_world->clock().sinceBoot() ? std::optional(Event(first - m_events.begin())) : std::nullopt;
}

void BeatSoak::run() {
    m_events.fill(boot() + std::chrono::days(1000));
    for (const auto& [event, longest] :
         {std::pair<Event, milliseconds>{Event::Restart, 2h}, {Event::Death, 2h}, {Event::Jump, 4h}, {Event::Suspend, 5h},
          {Event::Change, 90min}, {Event::Upgrade, 10h}})
        plan(event, longest);
    if (m_sabotage != Sabotage::None)
        m_events[size_t(Event::Sabotage)] = boot() + 6h;
    const milliseconds end = boot() + 24h;
    m_events[size_t(Event::End)] = end;
    look();
    while (boot() < end && problems().empty())
        step();
    if (problems().empty())
        finish();
}

/// Time passes until something happens, as the upkeep thread lets it pass.
void BeatSoak::step() {
    milliseconds until = std::min(m_lookAt, *std::ranges::min_element(m_events));
    if (m_lookAtWall)
        until = std::min(until, boot() + (*m_lookAtWall - now()));
    if (!m_ends.empty())
        until = std::min(until, m_ends.begin()->first);
    m_world->clock().advance(std::max(until - boot(), milliseconds(0)));
    if (!m_ends.empty() && m_ends.begin()->first <= boot())
        endTasks();
    if (const auto event = dueEvent())
        handle(*event);
    if (boot() >= m_lookAt || (m_lookAtWall && now() >= *m_lookAtWall))
        look();
}

void BeatSoak::look() {
    ++m_counts.looks;
    BeatOracle::Look look;
    look.now = now();
    const milliseconds setBy = std::exchange(m_setBy, milliseconds(0));
    if (std::chrono::abs(setBy) >= core::base::ClockJumps::kNoticed)
        look.jump = core::base::ClockJump{look.now - setBy, look.now};
    const bool zonesLooked = boot() >= m_zoneLookAt;
    look.reads = m_touched || m_restarted || (zonesLooked && m_zonesChanged);
    if (zonesLooked) {
        m_zoneLookAt = boot() + 60s;
        m_zonesChanged = false;
    }
    m_touched = m_restarted = false;
    try {
        const auto next = m_world->beat().look(look.now);
        ASSERT_TRUE(next) << next.error().text();
        m_lookAt = boot() + std::max<milliseconds>(next->within, 1ms);
        m_lookAtWall = next->at;
        ASSERT_TRUE(!next->at || *next->at > look.now) << "it would be looked at for ever";
    } catch (const Died&) {
        look.died = true;
        tell("died");
        ++m_counts.deaths;
    }
    readRows(look);
    m_oracle.looked(look, [this](const std::string& entry) { return m_world->row(entry); });
    if (look.died)
        restart();
}

/// The new rows of the entries that the beat told of; of all when it had no time to tell.
void BeatSoak::readRows(BeatOracle::Look& look) {
    std::set<std::string> names;
    for (; m_heard < m_world->told.size(); ++m_heard)
        names.insert(m_world->told[m_heard].substr(0, m_world->told[m_heard].find(' ')));
    if (look.died)
        for (const Schedule& schedule : m_schedules)
            names.insert(schedule.name);
    for (const std::string& name : names)
        for (FireRow& row : m_world->firesDecidedAt(name, look.now)) {
            if (!m_seen.emplace(name, row.instant, look.now).second)
                continue; // of an earlier look at the same moment
            if (row.task)
                m_ends.emplace(boot() + milliseconds(1 + int64_t(m_dice.below(m_dice.chance(70) ? 120'000 : 10'800'000))), *row.task);
            look.rows[name].push_back(std::move(row));
        }
    for (; m_cancelsHeard < m_world->cancelled.size(); ++m_cancelsHeard)
        m_cancelled.insert(m_world->cancelled[m_cancelsHeard]);
    look.cancelled = m_cancelled;
}

void BeatSoak::endTasks() {
    std::vector<std::string> ids;
    while (!m_ends.empty() && m_ends.begin()->first <= boot()) {
        ids.push_back(m_ends.begin()->second);
        m_oracle.taskEnded(ids.back());
        m_ends.erase(m_ends.begin());
    }
    m_world->endTasks(ids);
    m_lookAt = boot(); // the beat is told, and woken
}

void BeatSoak::handle(Event event) {
    switch (event) {
    case Event::Restart:
        restart();
        plan(event, 2h);
        break;
    case Event::Death:
        m_dieIn = m_dice.between(1, 6);
        plan(event, 2h);
        break;
    case Event::Jump:
        jump();
        plan(event, 4h);
        break;
    case Event::Suspend:
        ++m_counts.suspends;
        tell("suspended");
        m_world->clock().advance(seconds(m_dice.chance(70) ? m_dice.between(1, 1'800) : m_dice.between(1, 14'400)));
        plan(event, 5h);
        break;
    case Event::Change:
        if (!m_zonesChanged)
            change();
        plan(event, 90min);
        break;
    case Event::Upgrade:
        upgradeZones();
        plan(event, m_missing.empty() ? 10h : 3h);
        break;
    case Event::Sabotage:
        sabotage();
        break;
    case Event::End: break;
    }
}

/// The program is down for a while, or starts again at once. Meanwhile clocks may be set, and tasks end.
void BeatSoak::restart() {
    ++m_counts.restarts;
    m_dieIn = 0;
    if (m_dice.chance(60))
        m_world->clock().advance(seconds(m_dice.chance(70) ? m_dice.between(1, 600) : m_dice.between(1, 10'800)));
    if (m_dice.chance(10))
        jump();
    m_setBy = milliseconds(0);
    m_world->restart();
    m_restarted = true;
    m_zonesChanged = false;
    m_zoneLookAt = boot();
    m_lookAt = boot();
    tell("started again");
}

void BeatSoak::jump() {
    ++m_counts.jumps;
    const std::vector<std::pair<milliseconds, milliseconds>> sizes{{1ms, 1s},    {1s, 1min},  {1min, 59min},
                                                                   {59min, 179min}, {3h, 30h}, {30h, std::chrono::days(3650)}};
    const auto& [least, most] = m_dice.pick(sizes);
    milliseconds by = least + milliseconds(int64_t(m_dice.below(uint64_t((most - least).count()))));
    if (m_dice.chance(50))
        by = -by;
    if (now() + by > at("2036-06-01T00:00:00Z") || now() + by < at("2008-01-01T00:00:00Z"))
        by = -by;
    m_world->clock().jump(by);
    tell("clock set by " + std::to_string(by.count()) + " ms");
    if (std::chrono::abs(by) >= core::base::ClockJumps::kNoticed)
        m_lookAt = boot(); // whoever sleeps is woken
    if (!m_restarted) // a program that starts knows no clock but the present one
        m_setBy += by;
}

/// Somebody changes an entry, disables or enables it.
void BeatSoak::change() {
    ++m_counts.changes;
    Schedule& schedule = m_schedules[m_dice.below(m_schedules.size())];
    Schedule changed = schedule;
    if (!schedule.enabled || m_dice.chance(25))
        changed.enabled = !schedule.enabled;
    else if (m_dice.chance(60))
        addRandomTiming(changed);
    else
        static_cast<Schedule&>(changed).overlap =
            m_dice.pick<Overlap>({Overlap::Skip, Overlap::QueueOne, Overlap::Allow, Overlap::CancelOld});
    if (m_missing.contains(changed.zone))
        return;
    if (m_dice.chance(30))
        changed.catchUp = m_dice.pick<CatchUp>({CatchUp::None, CatchUp::One, CatchUp::All});
    const auto table = core::beat::Timetable::of(changed, m_world->zones());
    ASSERT_TRUE(table) << table.error().text();
    ASSERT_TRUE(m_world->write([&](core::store::Connection& db) -> Result<void> {
        const auto row = *core::store::readSchedule(db, changed.name);
        core::store::changeSchedule(db, row, changed, changed.enabled ? table->next(now(), row.lastFire) : std::nullopt);
        return {};
    }));
    m_world->beat().touch();
    schedule = changed;
    m_oracle.defined(changed, table->shift(), now());
    tell("changed " + core::base::dumpJson(core::task::toJson(changed)));
    m_touched = true;
    m_lookAt = boot();
}

/// The tz database is upgraded: a zone gets other rules, disappears, or is there again.
void BeatSoak::upgradeZones() {
    if (m_touched || m_setBy.count() != 0)
        return;
    ++m_counts.upgrades;
    m_zonesChanged = true;
    if (!m_missing.empty()) {
        const auto [zone, rules] = *m_missing.begin();
        tell(zone + " is there again");
        m_missing.clear();
        m_zones.putContent(zone, m_dice.chance(50) ? rules : systemRules(m_dice.pick(kOtherRules.at(zone))));
    } else {
        const std::string zone = m_dice.pick(m_zoneNames);
        if (m_dice.chance(30)) {
            std::ifstream file(m_zones.path() / zone, std::ios::binary);
            m_missing[zone] = {std::istreambuf_iterator<char>(file), {}};
            m_zones.remove(zone);
            tell(zone + " disappears");
        } else {
            tell(zone + " gets other rules");
            m_zones.putContent(zone, m_dice.chance(30) ? systemRules(zone) : systemRules(m_dice.pick(kOtherRules.at(zone))));
        }
    }
    m_zones.setVersion(std::to_string(++m_version + 1));
    tell("time zones upgraded");
}

void BeatSoak::sabotage() {
    m_events[size_t(Event::Sabotage)] = boot() + std::chrono::days(1000);
    ASSERT_TRUE(m_world->write([&](core::store::Connection& db) -> Result<void> {
        const std::string victim = "exports-run";
        if (m_sabotage == Sabotage::Forget) {
            db.run("UPDATE schedule SET next_fire=next_fire+300000 WHERE name=?", victim);
        } else {
            db.run("UPDATE schedule SET next_fire=(SELECT max(instant) FROM fire WHERE schedule=?) WHERE name=?", victim, victim);
            db.run("DELETE FROM fire WHERE schedule=? AND instant=(SELECT next_fire FROM schedule WHERE name=?)", victim, victim);
        }
        return {};
    }));
    m_world->beat().touch();
    m_touched = true;
    m_lookAt = boot();
}

/// Nothing happens any more: what is under way comes to its end, and the books are compared.
void BeatSoak::finish() {
    m_events.fill(boot() + std::chrono::days(1000));
    m_dieIn = 0;
    const milliseconds quiet = boot() + 5min;
    m_events[size_t(Event::End)] = quiet;
    while (boot() < quiet && problems().empty())
        step();
    while (!m_ends.empty() && problems().empty()) {
        // All at once, and no time for new ones: what waited for them fires.
        m_world->clock().advance(1ms);
        std::multimap<milliseconds, std::string> ends;
        for (const auto& [end, task] : m_ends)
            ends.emplace(boot(), task);
        m_ends = std::move(ends);
        endTasks();
        look();
    }
    look();
    m_oracle.finished(now());
    const auto agree = [this](const char* what, int64_t stored, int64_t known) {
        if (stored != known)
            m_oracle.problem(std::string(what) + ": " + std::to_string(stored) + ", not " + std::to_string(known));
    };
    agree("rows of firings", m_world->count("SELECT count(*) FROM fire"), m_oracle.rows());
    agree("tasks", m_world->count("SELECT count(*) FROM task"), m_oracle.fired());
    agree("firings without their task",
          m_world->count("SELECT count(*) FROM fire WHERE outcome='fired' AND task_id NOT IN (SELECT id FROM task)"), 0);
    agree("tasks without a firing",
          m_world->count("SELECT count(*) FROM task WHERE id NOT IN (SELECT task_id FROM fire WHERE task_id IS NOT NULL)"), 0);
}

} // namespace tests
