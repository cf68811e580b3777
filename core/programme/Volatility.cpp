#include "core/programme/Volatility.h"

#include "core/programme/Moments.h"
#include "core/programme/OrNull.h"

#include <algorithm>

namespace core::programme {

namespace {

int reversalsOf(std::span<const double> readings) {
    int reversals = 0;
    double before = 0; // the last step that went anywhere
    for (size_t i = 1; i < readings.size(); ++i) {
        const double step = readings[i] - readings[i - 1];
        if (step == 0)
            continue;
        reversals += before * step < 0 ? 1 : 0;
        before = step;
    }
    return reversals;
}

const char* levelOf(double risk) {
    return risk < .2 ? "stable" : risk < .5 ? "normal" : risk < 1 ? "elevated" : risk < 1.5 ? "high" : "critical";
}

} // namespace

Volatility volatilityOf(std::span<const double> readings, const StressScale& scale) {
    Volatility volatility;
    volatility.samples = int(std::min(readings.size(), kVolatilityWindow));
    if (readings.size() < kVolatilityWindow) {
        volatility.reason = "insufficient data: " + std::to_string(readings.size()) + " of " +
                            std::to_string(kVolatilityWindow) + " readings";
        return volatility;
    }
    const auto window = readings.last(kVolatilityWindow);
    const Moments moments = momentsOf(window);
    volatility.mean = moments.mean;
    volatility.sigma = moments.sigma;
    volatility.newest = window.back();
    volatility.reversals = reversalsOf(window);
    volatility.jitter = *volatility.reversals / double(kVolatilityWindow - 2);
    volatility.distance = std::clamp((scale.critical - window.back()) / (scale.critical - scale.well), 0.0, 1.0);
    if (moments.mean == 0 && moments.sigma > 0) {
        volatility.reason = "the readings vary around zero";
        return volatility;
    }
    volatility.variation = moments.sigma > 0 ? moments.sigma / moments.mean : 0;
    volatility.risk = 2 * *volatility.variation + 1.5 * *volatility.jitter + (1 - *volatility.distance);
    volatility.level = levelOf(*volatility.risk);
    return volatility;
}

base::Json toDocument(const Volatility& volatility) {
    base::Json document = base::Json::object();
    document["samples"] = volatility.samples;
    document["window"] = kVolatilityWindow;
    document["mean"] = orNull(volatility.mean);
    document["sigma"] = orNull(volatility.sigma);
    document["newest"] = orNull(volatility.newest);
    document["reversals"] = orNull(volatility.reversals);
    document["coefficient_of_variation"] = orNull(volatility.variation);
    document["jitter"] = orNull(volatility.jitter);
    document["distance_to_criticality"] = orNull(volatility.distance);
    document["risk"] = orNull(volatility.risk);
    document["level"] = orNull(volatility.level);
    document["reason"] = orNull(volatility.reason);
    return document;
}

} // namespace core::programme
