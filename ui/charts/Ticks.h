#pragma once

#include "ui/charts/TimeSeriesView.h"

namespace ui::charts {

struct ValueTicks {
    double low = 0, high = 1; ///< on the axis: values, or their logarithms
    std::vector<Tick> ticks;
};

/// A range that holds [low, high] and three to five round ticks (1-2-5).
ValueTicks linearTicks(double low, double high, const std::function<QString(double)>& format);
/// Whole decades around [low, high]; positions are base-10 logarithms.
ValueTicks decadeTicks(double low, double high, const std::function<QString(double)>& format);
/// Ticks of an axis of seconds before now.
std::vector<Tick> secondsAgoTicks(int span);
/// `-90` → `1:30 ago`.
QString describeSecondsAgo(double x);

} // namespace ui::charts
