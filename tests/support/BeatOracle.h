#pragma once

#include "core/base/ClockJumps.h"
#include "core/store/ScheduleRow.h"
#include "tests/support/InstantBook.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tests {

/// What must become of every instant of a schedule, by the rules that are written down: it is told what happens, and
/// compares each look of a beat with what that look had to do. Nothing of the code under test is asked.
/// Thread: one at a time in its process.
class BeatOracle {
  public:
    using Instant = core::base::Instant;
    using Rows = std::map<std::string, std::vector<core::store::FireRow>>;

    /// The content of the file of a zone; absent when it is not there.
    using ZoneFile = std::function<std::optional<std::string>(const std::string& zone)>;
    explicit BeatOracle(ZoneFile zoneFile) : m_zoneFile(std::move(zoneFile)) {}

    /// An entry was added, changed, or enabled again: what was due until now is not made up for.
    void defined(const core::task::Schedule& schedule, core::base::seconds shift, Instant now);
    void taskEnded(const std::string& id) { m_running.erase(id); }

    /// One look of the beat.
    struct Look {
        Instant now{};
        bool reads = false;                        ///< the schedule was read again before
        std::optional<core::base::ClockJump> jump; ///< the clock was set since the last look
        bool died = false;                         ///< in its middle: what was committed is whole
        Rows rows;                                 ///< that were written, by entry
        std::set<std::string> cancelled;           ///< tasks that were asked to end, ever
    };
    /// What is stored of an entry, asked when nothing else tells whether a look did anything for it.
    using Stored = std::function<core::store::ScheduleRow(const std::string& entry)>;
    void looked(const Look& look, const Stored& stored);
    /// At the end, when nothing is under way any more: nothing is left to do at `now`.
    void finished(Instant now);

    const std::vector<std::string>& problems() const { return m_problems; }
    /// What somebody else noticed.
    void problem(const std::string& what) { m_problems.push_back(what); }
    int64_t instants() const { return m_instants; }
    int64_t fired() const { return m_fired; }
    int64_t rows() const;

  private:
    struct Entry {
        core::task::Schedule definition;
        core::base::seconds shift{0};
        std::string zoneFile;            ///< by which `accounted` was found
        Instant accounted{};             ///< of a cron entry: instants up to here are settled
        std::optional<Instant> next;     ///< of an interval or a one-shot
        std::optional<Instant> lastFire, waiting;
        std::string lastTask;
        bool rests = false;              ///< its zone is missing
        std::map<Instant, core::store::FireOutcome> settled; ///< instants that have a row
    };
    /// What an entry has to do at a moment.
    struct Due {
        std::vector<Instant> firing;
        int64_t passedOver = 0;
        bool countIsLeast = false; ///< too many to be counted here
        std::optional<Instant> passedTo, next;
        Instant latest{};
        bool anyMissed = false;
    };
    /// What that makes of it.
    struct Outcome {
        std::vector<core::store::FireRow> rows;
        Entry after;
        std::optional<Instant> firedLast;
        bool firesOverOld = false; ///< the task before had to be asked to end
    };

    bool isCron(const Entry& entry) const { return !entry.definition.cron.empty(); }
    std::vector<Instant> cronInstants(const Entry& entry, Instant after, Instant to);
    std::optional<Instant> firstCron(const Entry& entry, Instant after);
    std::optional<Instant> nextOf(const Entry& entry, Instant after, std::optional<Instant> lastFire) const;
    void read(Entry& entry, Instant now);
    void carryOver(Entry& entry, const std::string& zoneFile);
    bool isFromTheFuture(const Entry& entry, Instant now);
    void setClock(Entry& entry, const core::base::ClockJump& jump);
    Due dueAt(const Entry& entry, Instant now);
    Outcome outcomeOf(const Entry& entry, const Due& due, Instant now);
    void compare(Entry& entry, const Look& look, const Stored& stored);
    void accept(Entry& entry, const Due& due, Outcome outcome, const std::vector<core::store::FireRow>& rows);
    void problem(const Entry& entry, Instant now, const std::string& what);

    ZoneFile m_zoneFile;
    InstantBook m_book;
    std::map<std::string, Entry> m_entries;
    std::set<std::string> m_running, m_tasks;
    std::vector<std::string> m_problems;
    int64_t m_instants = 0, m_fired = 0;
};

} // namespace tests
