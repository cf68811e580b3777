#pragma once

#include "tests/support/BeatOracle.h"
#include "tests/support/BeatWorld.h"
#include "tests/support/Dice.h"
#include "tests/support/ZoneFolder.h"

#include <array>
#include <tuple>

namespace tests {

/// A day of a beat with the schedule of the program and entries of all kinds beside it, while everything happens to it:
/// restarts, deaths between two commits, clocks that are set, suspends, entries that are changed, time zones that become
/// others or disappear, tasks that end at some time. Time passes as fast as the beat works. The same seed gives the same day.
class BeatSoak {
  public:
    /// What is done behind the beat's back, so that it makes a mistake which must be noticed.
    enum class Sabotage {
        None,
        Forget, ///< one instant of one entry
        Repeat  ///< one instant of one entry fires once more
    };
    explicit BeatSoak(uint64_t seed, Sabotage sabotage = Sabotage::None);
    ~BeatSoak();

    /// One day, and what is left of it.
    void run();

    const std::vector<std::string>& problems() const { return m_oracle.problems(); }
    /// What happened until then, a line each.
    const std::vector<std::string>& story() const { return m_story; }
    struct Counts {
        int64_t instants = 0, fired = 0, looks = 0;
        int restarts = 0, deaths = 0, jumps = 0, suspends = 0, changes = 0, upgrades = 0;
        Counts& operator+=(const Counts& other);
        std::string text() const;
    };
    Counts counts() const;

  private:
    enum class Event { Restart, Death, Jump, Suspend, Change, Upgrade, Sabotage, End };
    static constexpr size_t kEvents = size_t(Event::End) + 1;

    void makeZones();
    void addSchedules();
    core::task::Schedule randomSchedule(const std::string& name);
    void addRandomTiming(core::task::Schedule& schedule);
    void plan(Event event, core::base::milliseconds longest);
    std::optional<Event> dueEvent() const;

    void step();
    void look();
    void readRows(BeatOracle::Look& look);
    void endTasks();
    void handle(Event event);
    void restart();
    void jump();
    void change();
    void upgradeZones();
    void sabotage();
    void finish();
    core::base::milliseconds boot() { return m_world->clock().sinceBoot(); }
    core::base::Instant now() { return m_world->clock().now(); }
    void tell(const std::string& what);

    Dice m_dice;
    const Sabotage m_sabotage;
    ZoneFolder m_zones;
    std::vector<std::string> m_zoneNames;
    std::map<std::string, std::string> m_missing; ///< zones that were taken away, with their rules
    std::unique_ptr<BeatWorld> m_world;
    BeatOracle m_oracle;
    std::vector<core::task::Schedule> m_schedules;
    std::multimap<core::base::milliseconds, std::string> m_ends; ///< boot clock → tasks
    std::array<core::base::milliseconds, kEvents> m_events{};    ///< boot clock
    // what the next look will find
    core::base::milliseconds m_lookAt{0}; ///< boot clock
    std::optional<core::base::Instant> m_lookAtWall;
    bool m_touched = true, m_zonesChanged = false, m_restarted = true;
    core::base::milliseconds m_zoneLookAt{0};
    core::base::milliseconds m_setBy{0}; ///< since the last look
    std::set<std::string> m_cancelled;
    std::set<std::tuple<std::string, core::base::Instant, core::base::Instant>> m_seen; ///< rows: entry, instant, decided at
    int m_dieIn = 0; ///< so many calls of the beat later it dies; 0: not
    size_t m_heard = 0, m_cancelsHeard = 0;
    int m_version = 0;
    Counts m_counts;
    std::vector<std::string> m_story;
};

} // namespace tests
