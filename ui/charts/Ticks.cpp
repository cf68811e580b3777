#include "ui/charts/Ticks.h"

#include "ui/style/Format.h"

#include <cmath>

namespace ui::charts {

namespace {

double roundStep(double rough) {
    const double power = std::pow(10, std::floor(std::log10(rough)));
    const double head = rough / power;
    return power * (head <= 1 ? 1 : head <= 2 ? 2 : head <= 5 ? 5 : 10);
}

} // namespace

ValueTicks linearTicks(double low, double high, const std::function<QString(double)>& format) {
    if (high <= low)
        high = low + 1;
    const double step = roundStep((high - low) / 4);
    ValueTicks result;
    result.low = std::floor(low / step + 1e-9) * step;
    result.high = std::ceil(high / step - 1e-9) * step;
    for (double at = result.low; at <= result.high + step / 2; at += step)
        result.ticks.push_back({at, format(std::abs(at) < step / 1e6 ? 0 : at)});
    return result;
}

ValueTicks decadeTicks(double low, double high, const std::function<QString(double)>& format) {
    ValueTicks result;
    result.low = std::floor(std::log10(low) + 1e-9);
    result.high = std::max(std::ceil(std::log10(high) - 1e-9), result.low + 1);
    const int every = result.high - result.low > 5 ? 2 : 1;
    for (double at = result.low; at <= result.high + 0.5; at += every)
        result.ticks.push_back({at, format(std::pow(10, at))});
    return result;
}

std::vector<Tick> secondsAgoTicks(int span) {
    constexpr int kHour = 3600, kDay = 86'400;
    std::vector<Tick> ticks;
    const int step = span <= 300 ? 60 : span <= 900 ? 180 : span % (7 * kDay) == 0 ? span / 7 : span / 6;
    const auto label = [&](int ago) {
        return span <= 900    ? TimeSeriesView::tr("−%1 min").arg(ago / 60)
               : span <= kDay ? TimeSeriesView::tr("−%1 h").arg(ago / kHour)
                              : TimeSeriesView::tr("−%1 d").arg(ago / kDay);
    };
    for (int ago = span; ago > 0; ago -= step)
        ticks.push_back({double(-ago), label(ago)});
    ticks.push_back({0, TimeSeriesView::tr("now")});
    return ticks;
}

QString describeSecondsAgo(double x) {
    return x > -0.5 ? TimeSeriesView::tr("now") : TimeSeriesView::tr("%1 ago").arg(style::duration(std::round(-x)));
}

} // namespace ui::charts
