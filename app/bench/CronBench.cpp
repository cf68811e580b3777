#include "app/bench/CronBench.h"

#include "app/bench/Measure.h"
#include "core/beat/CronExpression.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace app::bench {

using core::base::Instant;
using core::base::Json;
using core::base::Result;
using core::base::Zone;
using core::beat::CronExpression;

namespace {

/// What people schedule: minutes, quarters of an hour, hours, working hours, days, weeks, months, and a rare date.
const std::vector<std::string> kCommonExpressions{"* * * * *", "*/5 * * * *", "*/15 * * * *", "0 * * * *", "0 8-18 * * 1-5",
                                                  "0 2 * * *", "30 3 * * 1-5", "0 7 * * 1",   "0 2 1 * *", "0 0 29 2 *"};
const std::vector<std::string> kCommonZones{"UTC", "America/New_York"};
/// Between two looks at the watch.
constexpr int64_t kAtOnce = 1000;

/// The instants begin anew after a hundred years, so that rare dates are found where people use them.
constexpr std::chrono::days kSpan{36'525};

Json measureOne(const CronExpression& expression, const Zone& zone, Instant from, double seconds) {
    const Stopwatch watch;
    Instant at = from;
    int64_t count = 0;
    double used = 0;
    while (used < seconds) {
        for (int64_t i = 0; i < kAtOnce; ++i) {
            const auto next = expression.next(at < from + kSpan ? at : from, zone);
            if (!next)
                break; // none of the expressions that can be read ends before the year 9999
            at = *next;
        }
        count += kAtOnce;
        used = watch.seconds();
    }
    return {{"expression", expression.text()},
            {"zone", zone.name()},
            {"n", count},
            {"last", zone.format(at)},
            {"next_per_s", std::round(double(count) / used)}};
}

} // namespace

Result<std::vector<Json>> measureCron(const CronBenchPlan& plan) {
    const auto from = core::base::parseInstant(plan.from);
    if (!from)
        return from.error();
    std::vector<CronExpression> expressions;
    for (const std::string& text : plan.expressions.empty() ? kCommonExpressions : plan.expressions) {
        auto expression = CronExpression::parse(text);
        if (!expression)
            return expression.error().in("'" + text + "'");
        expressions.push_back(std::move(*expression));
    }
    std::vector<Json> lines;
    double secondsEach = 0;
    for (const std::string& name : plan.zones.empty() ? kCommonZones : plan.zones) {
        const auto zone = Zone::find(name);
        if (!zone)
            return core::base::Error{core::base::ErrorCode::InvalidParams, zone.error().message, zone.error().remedy, {}};
        for (const CronExpression& expression : expressions) {
            lines.push_back(measureOne(expression, *zone, *from, plan.seconds));
            secondsEach += 1 / lines.back()["next_per_s"].get<double>();
        }
    }
    lines.push_back({{"expressions", lines.size()}, {"next_per_s", std::round(double(lines.size()) / secondsEach)}});
    return lines;
}

} // namespace app::bench
