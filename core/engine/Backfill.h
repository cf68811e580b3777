#pragma once

#include "core/base/Time.h"
#include "core/task/Task.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core::engine {

/// What became of an instant of a schedule so far, as a backfill sees it.
enum class InstantState {
    Unrecorded, ///< nothing is known of it: the entry was not there or disabled, or it was counted with a later one
    Missed,     ///< passed over: nobody was there in time, or too late
    Overlapped, ///< passed over: the task before had not ended
    NeverBegun, ///< a task was made, and ended before it began: revoked, expired or refused
    Fired,      ///< a task was made, by the beat or by an earlier backfill
    Coming,     ///< the beat has still to decide about it
    Damaged     ///< its row cannot be trusted
};
/// `unrecorded missed overlapped never_begun fired coming damaged`.
std::string_view toText(InstantState state);
/// Whether a backfill makes up for it: it does for the first four.
bool isMissing(InstantState state);

/// An instant and what became of it.
struct JudgedInstant {
    base::Instant instant{};
    InstantState state = InstantState::Unrecorded;
    std::string note; ///< as it was recorded, for people; mostly empty
};

/// What a backfill of a window would make.
struct BackfillPlan {
    /// Instants that one backfill makes up for at most.
    static constexpr size_t kMostInstants = 500;

    std::string schedule;
    base::Instant from{}, to{}; ///< both included
    std::string definition;     ///< stands for the definition that the plan was made from
    std::vector<JudgedInstant> instants; ///< that are missing: the oldest kMostInstants, oldest first
    int64_t missing = 0; ///< all of the window, also beyond those
    int64_t fired = 0, coming = 0, damaged = 0; ///< instants of the window that are left out
    std::optional<base::milliseconds> runTime; ///< median of recent successes of the entry, else of its type; none: too few
    std::vector<std::string> warnings;
};

/// How the tasks of a backfill run.
enum class BackfillOrder {
    /// Oldest first; each becomes due when the one before has succeeded. When one ends otherwise, those behind it are
    /// revoked, and a later backfill makes up for them.
    OneAfterAnother,
    /// Each for itself, as queue and type have room, with the lowest priority.
    Together
};
/// `one-after-another`, `together`.
std::string_view toText(BackfillOrder order);
std::optional<BackfillOrder> backfillOrderFromText(std::string_view text);

/// What a person decided upon.
struct BackfillRequest {
    std::string schedule;
    std::vector<base::Instant> instants; ///< exactly these: 1 to kMostInstants, in any order
    BackfillOrder order = BackfillOrder::OneAfterAnother;
    std::string definition; ///< of the plan that was looked at; empty: whatever is in force
    std::optional<base::Instant> from, to; ///< the window that was looked at, for the record
};

/// What came of a backfill.
struct BackfillResult {
    std::string tag; ///< `backfill-3f9c2b7a1e04`: every task of it has this tag; empty when none was made
    std::vector<task::TaskId> tasks;    ///< oldest instant first
    std::vector<JudgedInstant> skipped; ///< something became of them meanwhile
};

} // namespace core::engine
