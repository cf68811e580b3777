#include "core/policy/RetryBudget.h"

#include <algorithm>
#include <limits>

namespace core::policy {

using base::milliseconds;
using std::chrono::floor;

namespace {

int64_t numberOf(milliseconds now) {
    return floor<base::seconds>(now).count();
}

} // namespace

RetryBudget::Second& RetryBudget::second(milliseconds now) {
    const int64_t number = numberOf(now);
    Second& second = m_seconds[size_t(number) % m_seconds.size()];
    if (second.number != number)
        second = {number, 0, 0};
    return second;
}

int RetryBudget::room(milliseconds now) const {
    const int64_t oldest = numberOf(now) - int64_t(m_seconds.size());
    int64_t runs = 0, retries = 0;
    for (const Second& second : m_seconds)
        if (second.number > oldest) {
            runs += second.runs;
            retries += second.retries;
        }
    const int64_t allowed = std::max<int64_t>(m_policy.perMinute, runs * m_policy.percentOfRuns / 100);
    return int(std::clamp<int64_t>(allowed - retries, 0, std::numeric_limits<int>::max()));
}

void RetryBudget::ran(int runs, milliseconds now) {
    second(now).runs += runs;
}

void RetryBudget::retried(int retries, milliseconds now) {
    second(now).retries += retries;
}

std::optional<milliseconds> RetryBudget::nextRoom(milliseconds now) const {
    if (room(now) > 0)
        return std::nullopt;
    // The oldest retries leave the minute first. Runs leave it too, so that it may take longer; then ask again.
    int64_t first = std::numeric_limits<int64_t>::max();
    const int64_t oldest = numberOf(now) - int64_t(m_seconds.size());
    for (const Second& second : m_seconds)
        if (second.number > oldest && second.retries > 0)
            first = std::min(first, second.number);
    if (first == std::numeric_limits<int64_t>::max())
        return now + milliseconds(1000); // a budget of nothing: new runs alone can make room
    return milliseconds((first + int64_t(m_seconds.size())) * 1000);
}

} // namespace core::policy
