#pragma once

#include "core/base/ClockJumps.h"
#include "core/beat/Timetable.h"
#include "core/beat/ZoneLedger.h"
#include "core/store/Database.h"
#include "core/store/ScheduleStore.h"
#include "core/task/Task.h"
#include "core/upkeep/Stager.h"

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <set>

namespace core::beat {

/// Builds the task of an entry for an instant, ready to be inserted; validates type and parameters.
using MakeTask = std::function<base::Result<task::Task>(const store::ScheduleRow& entry, base::Instant instant)>;

/// Clock in, tasks out: at each due instant one transaction inserts the firing row (unique on schedule and instant) and
/// the task. What was missed, what overlaps and a clock that is set are dealt with as each entry says.
/// Thread: upkeep; `touch` and `follow` from any.
class Beat final : public upkeep::Loop {
  public:
    struct Parts {
        store::Database& database;
        const base::Clock& clock;
        base::ZoneDatabase& zones; ///< looked at every minute: it may be upgraded while the program runs
        MakeTask makeTask;
        upkeep::MoveSink sink;
        std::function<void(const task::TaskId&)> cancel;
        /// An entry fired, was passed over, or cannot fire: its name and what happened.
        std::function<void(const std::string& entry, const std::string& word)> changed;
    };
    /// After a long absence missed firings begin at this pace, so that the machine is not flooded.
    static constexpr base::milliseconds kBetweenCatchUps{500};
    /// A clock that is set by at least this was wrong before; by less it is taken for a change of an hour or a touch.
    static constexpr std::chrono::hours kCorrection{3};

    explicit Beat(Parts parts) : m_parts(std::move(parts)) {}
    std::string name() const override { return "beat"; }
    base::Result<upkeep::NextLook> look(base::Instant now) override;
    /// An entry was added, changed or removed: read the schedule again.
    void touch() {
        m_stale = true;
        wake();
    }
    /// Told of every durable move: an entry may wait for the end of its task.
    void follow(const broker::Broker::Moves& moves);

  private:
    struct Entry {
        store::ScheduleRow row;
        Timetable table;
        base::Instant lookAt{};    ///< its place in m_queue
        std::string cancelledTask; ///< asked to end for the next firing
        bool rests = false;        ///< it cannot fire until the schedule is read again
    };
    /// What one transaction does for one entry, and what came of it.
    struct Step {
        Entry* entry = nullptr;
        std::vector<std::pair<Timetable::Firing, task::Task>> firings;
        std::optional<store::FireRow> missed;
        std::optional<base::Instant> next;
        // filled by the transaction
        store::ScheduleRow after;
        bool gone = false, cancelFirst = false;
        int fired = 0, passedOver = 0;
    };
    using Steps = std::vector<Step>;

    /// What reading the schedule found out.
    struct Reading {
        ZoneLedger ledger;
        std::vector<Entry*> found; ///< whose times are not those of the store
    };

    void lookAtZones();
    base::Result<void> prepare(base::Instant now);
    base::Result<void> readEntries(base::Instant now);
    void startEntry(store::ScheduleRow row, Reading& reading, base::Instant now);
    base::Result<void> keep(const Reading& reading, base::Instant now);
    static void tellOfZones(const ZoneLedger& ledger);
    base::Result<void> clockWasSet(const base::ClockJump& jump);
    enum class Correction { No, Yes };
    void moveTimes(Entry& entry, const base::ClockJump& jump, Correction correction);
    base::Result<void> lookAtEnded(base::Instant now);
    base::Result<void> fireDue(base::Instant now);
    void queue(Entry& entry, base::Instant now);
    void requeue(Entry& entry, base::Instant at);
    void lookIfWaiting(Entry& entry, base::Instant now);
    std::optional<Step> stepOf(Entry& entry, base::Instant now);
    base::Result<void> commit(Steps& steps, base::Instant now);
    static base::Result<broker::Broker::Moves> apply(store::Connection& db, Step& step, base::Instant now);
    static base::Result<void> fire(store::Connection& db, Step& step, const Timetable::Firing& firing, task::Task& task,
                                   base::Instant now, broker::Broker::Moves& moves);
    void finish(Step& step, base::Instant now);
    void rest(Entry& entry, const base::Error& why);
    void restWithout(Entry& entry, const base::Error& why, ZoneLedger& ledger);

    Parts m_parts;
    std::mutex m_mutex; // guards m_ended
    std::vector<std::string> m_ended; ///< entries whose task has ended
    std::atomic<bool> m_stale{true};
    base::ClockJumps m_jumps;
    std::optional<base::milliseconds> m_jumpedBy;            ///< by jumps of the clock that were not yet dealt with
    base::milliseconds m_nextZoneLook{0};                    ///< boot clock
    std::set<std::string> m_missingZones;                    ///< of entries that rest
    std::map<std::string, Entry, std::less<>> m_entries;
    std::set<std::pair<base::Instant, std::string>> m_queue; ///< when to look at which entry
    base::milliseconds m_nextCatchUp{0};                     ///< boot clock
};

} // namespace core::beat
