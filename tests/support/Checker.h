#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace core::store {
class Connection;
}

namespace tests {

/// What clients were told had been done.
struct Acknowledged {
    std::set<std::string> enqueued;           ///< task ids
    std::map<std::string, std::string> ended; ///< task id → its terminal state
    std::map<std::string, std::string> keys;  ///< idempotency key → task id; empty: some task
};

/// A promise that the store breaks.
struct Violation {
    std::string invariant; ///< I1 … I11
    std::string text;
};

/// Which tasks may be `started` in the store.
enum class Running {
    Any,         ///< the owner died: whatever it left
    OfThisOwner, ///< an owner lives, and has put back what earlier ones left
    None         ///< the owner stopped in order
};

struct CheckOptions {
    Running running = Running::Any;
    /// Tasks of these types leave one row each in `effectTable`, whose column `effectColumn` names the task, when they
    /// succeed.
    std::set<std::string> effectTypes;
    std::string effectTable, effectColumn = "task_id";
};

/// Checks a core.db against the invariants that every crash must leave intact:
/// I1 acknowledged tasks exist · I2 acknowledged ends are final · I3 histories replay by legal moves to the present
/// state · I4 what runs belongs to a known owner · I5 effects of successes, once each · I6 attempts within their limits
/// · I7 a schedule's instant fired once · I8 one live task a key · I9 messages of successes only, with keys of their
/// own · I10 the audit chain verifies · I11 the file is sound. Empty: all hold.
std::vector<Violation> checkStore(const std::filesystem::path& database, const Acknowledged& acknowledged,
                                  const CheckOptions& options);
/// The first few of them, one a line.
std::string describe(const std::vector<Violation>& violations);

/// Makes the checksums of all task rows right again, after they were changed by hand. Thread: of the connection.
void signTasks(core::store::Connection& db);

/// I12: the processes whose command line or environment contains `nonce`, without the calling one.
std::vector<int> processesNaming(const std::string& nonce);

} // namespace tests
