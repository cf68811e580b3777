#pragma once

#include <array>
#include <string_view>

namespace core::task {

/// A queue of the programme and how many of its tasks may run at once.
struct QueueLimit {
    std::string_view name;
    int slots;
};

/// The eight queues, in the order in which surfaces list them.
inline constexpr std::array<QueueLimit, 8> kQueues{{{"resilience", 4},
                                                    {"metrics", 2},
                                                    {"exports", 2},
                                                    {"notifications", 1},
                                                    {"security", 1},
                                                    {"compliance", 1},
                                                    {"cleanup", 1},
                                                    {"default", 2}}};

/// Worker processes when nothing else is configured: the cap over all queues together.
inline constexpr int kDefaultWorkers = 4;

/// Priorities run from 0 (last) to 9 (first); equal ones run in the order of submission.
inline constexpr int kLowestPriority = 0;
inline constexpr int kDefaultPriority = 5;
inline constexpr int kHighestPriority = 9;

} // namespace core::task
