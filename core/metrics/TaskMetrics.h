#pragma once

#include "core/metrics/AgeIndex.h"
#include "core/metrics/Histogram.h"
#include "core/task/TaskState.h"

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace core::metrics {

inline constexpr size_t kFailureReasons = size_t(task::FailureReason::Poison) + 1;

/// One durable move, as far as figures are concerned.
struct Step {
    std::string_view queue, type;
    std::optional<task::TaskState> from; ///< absent: the task is new
    task::TaskState to = task::TaskState::Pending;
    task::FailureReason reason = task::FailureReason::None; ///< of a failed attempt, retried or not
    bool workerDied = false;
    base::Instant since{};                     ///< when the task could have been started first
    std::optional<Histogram::Duration> waited; ///< of a start
    std::optional<Histogram::Duration> ran;    ///< of the end of an attempt
};

/// What happened, counted.
struct StepCounts {
    uint64_t submitted = 0, started = 0, succeeded = 0, failed = 0, retried = 0, revoked = 0;
    uint64_t deaths = 0; ///< attempts whose worker process died
    uint64_t fenced = 0; ///< endings that came too late and were dropped
    std::array<uint64_t, kFailureReasons> failures{}; ///< attempts that failed, by reason; retried ones too

    /// Tasks that came to their end.
    uint64_t ended() const { return succeeded + failed + revoked; }
    void add(const StepCounts& other);
};

/// The figures of one queue or one type: counts and times since the engine started, depth and age as of now.
struct TaskFigures {
    StepCounts counts;
    std::array<int64_t, task::kAllStates.size()> depth{};
    std::optional<base::Instant> oldestWaiting; ///< since when the oldest pending task could have been started
    Histogram wait; ///< from then to the start
    Histogram run;  ///< of every attempt that ended

    int64_t of(task::TaskState state) const { return depth[size_t(state)]; }
};

/// The same of the time since the last tally.
struct TallyFigures {
    StepCounts counts;
    Histogram wait, run;
    int64_t pending = 0; ///< now
};

template <class Figures>
struct ByName {
    std::vector<std::pair<std::string, Figures>> queues, types; ///< by name

    /// nullptr: nothing was ever seen of it.
    const Figures* queue(std::string_view name) const { return find(queues, name); }
    const Figures* type(std::string_view name) const { return find(types, name); }

  private:
    static const Figures* find(const std::vector<std::pair<std::string, Figures>>& in, std::string_view name) {
        for (const auto& [each, figures] : in)
            if (each == name)
                return &figures;
        return nullptr;
    }
};

/// Thread: one at a time. Counts moves per queue and per type. Memory is constant: beyond `most` names of either kind
/// what is neither known nor expected counts under `other` (at most 49 KiB a name, 13 MiB together).
class TaskMetrics {
  public:
    static constexpr std::string_view kOther = "other";
    explicit TaskMetrics(size_t most = 128);

    /// Names that get figures of their own however many others came before.
    void expect(const std::vector<std::string>& queues, const std::vector<std::string>& types);

    /// A task that is there already when counting begins.
    void there(std::string_view queue, std::string_view type, task::TaskState state, base::Instant since);
    /// A finished task whose row is gone.
    void gone(std::string_view queue, std::string_view type, task::TaskState state);
    void moved(const Step& step);
    void fenced(std::string_view queue, std::string_view type);

    ByName<TaskFigures> figures() const;
    /// What happened since the last tally, of names of which something did or something waits.
    ByName<TallyFigures> takeTally();

    std::optional<base::Instant> oldestIn(std::string_view queue) const;
    /// Run times of the type's successes, from the store and since; old ones weigh less. Empty for unknown types.
    const Histogram& successes(std::string_view type) const;
    /// The types whose successes changed since the last call, encoded.
    std::vector<std::pair<std::string, std::string>> takeChangedSuccesses();
    void restoreSuccesses(std::string_view type, const Histogram& runs);

  private:
    struct Entry {
        std::array<int64_t, task::kAllStates.size()> depth{};
        AgeIndex ages;
        StepCounts counts; ///< these three up to the last tally
        Histogram wait, run;
        TallyFigures tally; ///< since
        bool touched = false;
        std::unique_ptr<Histogram> successes; ///< types only
        bool successesChanged = false;
    };
    /// Names of one kind.
    class Entries {
      public:
        explicit Entries(size_t most) : m_most(most) {}
        void expect(const std::vector<std::string>& names) { m_expected.insert(names.begin(), names.end()); }
        Entry& at(std::string_view name);
        const Entry* find(std::string_view name) const;
        template <class F>
        void forEach(F&& visit) const {
            for (const auto& [name, entry] : m_entries)
                visit(name, *entry);
        }

      private:
        struct Hash : std::hash<std::string_view> {
            using is_transparent = void;
        };
        size_t m_most;
        std::set<std::string, std::less<>> m_expected;
        std::unordered_map<std::string, std::unique_ptr<Entry>, Hash, std::equal_to<>> m_entries;
    };
    static void count(Entry& entry, const Step& step);

    Entries m_queues, m_types;
};

} // namespace core::metrics
