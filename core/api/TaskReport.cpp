#include "core/api/TaskReport.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace core::api {

using base::Error;
using base::ErrorCode;
using base::Json;
using base::Result;
using task::TaskState;

namespace {

constexpr size_t kMostTasks = 200'000;
constexpr size_t kRowsAtOnce = 1'000;
constexpr std::chrono::hours kDefaultPeriod{24 * 7};

struct TypeTally {
    std::array<int64_t, task::kAllStates.size()> states{};
    std::vector<double> runSeconds;

    void add(const task::Task& task) {
        ++states[size_t(task.state)];
        if (task.startedAt && task.finishedAt)
            runSeconds.push_back(double((*task.finishedAt - *task.startedAt).count()) / 1000.0);
    }
    int64_t of(TaskState state) const { return states[size_t(state)]; }
};

/// Nearest-rank percentile of sorted values.
double percentile(const std::vector<double>& sorted, double share) {
    const auto rank = size_t(std::ceil(share * double(sorted.size())));
    return sorted[std::clamp<size_t>(rank, 1, sorted.size()) - 1];
}

Json runTimes(std::vector<double> seconds) {
    if (seconds.empty())
        return nullptr;
    std::sort(seconds.begin(), seconds.end());
    const double sum = std::accumulate(seconds.begin(), seconds.end(), 0.0);
    return {{"min", seconds.front()},
            {"mean", sum / double(seconds.size())},
            {"p50", percentile(seconds, 0.50)},
            {"p95", percentile(seconds, 0.95)},
            {"max", seconds.back()}};
}

Json tallyDocument(const std::string& type, const TypeTally& tally) {
    const int64_t success = tally.of(TaskState::Success);
    const int64_t failure = tally.of(TaskState::Failure);
    Json document{{"type", type}};
    document["total"] = std::accumulate(tally.states.begin(), tally.states.end(), int64_t(0));
    for (const TaskState state : task::kAllStates)
        document[task::toText(state)] = tally.of(state);
    document["success_rate"] = success + failure > 0 ? Json(double(success) / double(success + failure)) : Json();
    document["run_seconds"] = runTimes(tally.runSeconds);
    return document;
}

} // namespace

Result<Json> reportTasks(const engine::TaskService& tasks, store::TaskFilter filter, base::Instant now) {
    if (!filter.createdFrom)
        filter.createdFrom = filter.createdTo.value_or(now) - kDefaultPeriod;
    const auto keys = tasks.keys(filter, {});
    if (!keys)
        return keys.error();
    if (keys->size() > kMostTasks)
        return Error{ErrorCode::InvalidParams,
                     "the period holds " + std::to_string(keys->size()) + " tasks, more than a report covers (" +
                         std::to_string(kMostTasks) + ")",
                     "Narrow it with from and to, or ask for one type", {}};
    std::map<std::string, TypeTally> byType;
    std::array<int64_t, task::kAllStates.size()> byState{};
    for (size_t first = 0; first < keys->size(); first += kRowsAtOnce) {
        const size_t last = std::min(keys->size(), first + kRowsAtOnce);
        const auto rows = tasks.rows({keys->begin() + int64_t(first), keys->begin() + int64_t(last)});
        if (!rows)
            return rows.error();
        for (const task::Task& task : *rows) {
            byType[task.type].add(task);
            ++byState[size_t(task.state)];
        }
    }
    Json document = Json::object();
    document["from"] = base::formatInstant(*filter.createdFrom);
    document["to"] = base::formatInstant(filter.createdTo.value_or(now));
    document["total"] = std::accumulate(byState.begin(), byState.end(), int64_t(0));
    for (const TaskState state : task::kAllStates)
        document["by_state"][task::toText(state)] = byState[size_t(state)];
    document["by_type"] = Json::array();
    for (const auto& [type, tally] : byType)
        document["by_type"].push_back(tallyDocument(type, tally));
    return document;
}

} // namespace core::api
