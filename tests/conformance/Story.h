#pragma once

#include "tests/conformance/BrokerUnderTest.h"

#include <cstdint>

namespace tests::conformance {

/// What is done to a broker, with everything that it takes.
struct Action {
    enum class Deed {
        Enqueue,
        Claim,
        End,
        Cancel,
        CancelMany,
        Reschedule,
        Stage,
        Expire,
        Purge,
        SetPaused,
        Renew,
        TakeOver, ///< a new owner, and its rescue
        Reopen,
        Advance ///< only time passes
    };
    Deed deed = Deed::Advance;
    core::base::Instant now{};
    int64_t epoch = 0;
    std::vector<core::broker::NewTask> tasks;
    std::optional<core::broker::ClaimRequest> claim; ///< also after Enqueue and End
    std::vector<core::broker::Ending> endings;
    std::vector<core::task::TaskId> ids;
    std::string queue;
    core::broker::Paused paused = core::broker::Paused::No;
    core::base::Instant eta{};
    int limit = 0, retries = 0;
    int begunParity = 0; ///< TakeOver: attempts with this parity have begun
};

/// Types that may run twice, and those that may not; what is missing here is not known to the rescuer.
const std::map<std::string, core::task::Idempotent>& storyTypes();

/// One move as an answer tells it.
struct Step {
    std::optional<core::task::TaskState> from;
    std::string id;
    core::task::TaskState to{};
    int attempt = 0;
    int batch = -1;

    bool operator==(const Step&) const = default;
    auto operator<=>(const Step&) const = default;
};

struct Answer {
    std::string error; ///< word of its code; empty when there was none
    std::vector<Step> steps;
    int fenced = 0;
    int64_t epoch = 0; ///< TakeOver
};

/// Does it, and waits for the answer.
Answer perform(BrokerUnderTest& store, const Action& action);

/// Answers as lines of text, from one process to another.
std::string toLine(const Answer& answer);
Answer answerFrom(const std::string& line);
/// For people who read a failed test.
std::string describe(const Action& action);
std::string describe(const std::vector<Step>& steps);

} // namespace tests::conformance
