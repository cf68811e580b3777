#include "ui/pages/overview/OverviewCharts.h"

#include "ui/charts/Ticks.h"
#include "ui/style/Format.h"

#include <QDateTime>
#include <QLocale>

#include <cmath>

namespace ui::pages::overview {

using charts::Scale;
using core::metrics::Resolution;
using charts::SeriesStyle;
using style::Theme;
using style::Tone;

namespace {

/// The programme stores at least one point a week: points further apart than this have a gap between them.
constexpr double kTrendGapSeconds = 8.5 * 86'400;

const std::vector<std::string> kRates{"rate.submitted", "rate.success", "rate.retry", "rate.failure"};
const std::vector<std::string> kLatencies{"wait.p50", "wait.p95", "run.p50", "run.p95", "oldest"};

QString perSecond(double value) {
    return OverviewCharts::tr("%1/s").arg(QLocale().toString(value, 'f', value < 10 && value != std::floor(value) ? 1 : 0));
}

std::vector<std::string> depthNames() {
    std::vector<std::string> names;
    for (const auto& queue : core::task::kQueues)
        names.push_back("depth." + std::string(queue.name));
    return names;
}

std::vector<SeriesStyle> depthSeries() {
    std::vector<SeriesStyle> series;
    for (const auto& queue : core::task::kQueues) {
        const std::string name(queue.name);
        series.push_back({style::toQString(name), [name](const Theme& t) { return t.queue(name); }, style::compact});
    }
    return series;
}

std::vector<SeriesStyle> rateSeries() {
    using S = core::task::TaskState;
    return {{OverviewCharts::tr("submitted"), [](const Theme& t) { return t.state(S::Pending); }, perSecond},
            {OverviewCharts::tr("success"), [](const Theme& t) { return t.state(S::Success); }, perSecond},
            {OverviewCharts::tr("retry"), [](const Theme& t) { return t.state(S::Retry); }, perSecond},
            {OverviewCharts::tr("failure"), [](const Theme& t) { return t.state(S::Failure); }, perSecond}};
}

std::vector<SeriesStyle> latencySeries() {
    const auto time = [](double seconds) { return style::duration(seconds); };
    return {{OverviewCharts::tr("wait p50"), [](const Theme& t) { return t.queues[6]; }, time},
            {OverviewCharts::tr("wait p95"), [](const Theme& t) { return t.queues[0]; }, time},
            {OverviewCharts::tr("run p50"), [](const Theme& t) { return t.queues[1]; }, time},
            {OverviewCharts::tr("run p95"), [](const Theme& t) { return t.queues[2]; }, time},
            {OverviewCharts::tr("oldest waiting"), [](const Theme& t) { return t.queues[3]; }, time}};
}

std::vector<SeriesStyle> trendSeries() {
    const auto percent = [](double value) { return style::percent(value); };
    return {{OverviewCharts::tr("utilization"), [](const Theme& t) { return t.queues[2]; }, percent},
            {OverviewCharts::tr("coverage"), [](const Theme& t) { return t.queues[0]; }, percent},
            {OverviewCharts::tr("compliance"), [](const Theme& t) { return t.queues[4]; }, percent},
            {OverviewCharts::tr("fairness × 100"), [](const Theme& t) { return t.queues[1]; },
             [](double value) { return QLocale().toString(value, 'f', 1); }}};
}

/// The finest buckets that are kept over a span.
Resolution resolutionOf(int seconds) {
    constexpr int kDay = 86'400;
    return seconds <= 900      ? Resolution::Second
           : seconds <= kDay   ? Resolution::Minute
           : seconds <= 8 * kDay ? Resolution::Hour
                               : Resolution::Day;
}

/// Whole decades of seconds: `1 ms`, `100 ms`, `10 s`.
QString axisSeconds(double seconds) {
    return seconds < 0.999 ? OverviewCharts::tr("%1 ms").arg(std::lround(seconds * 1000))
                           : OverviewCharts::tr("%1 s").arg(std::lround(seconds));
}

QString axisPercent(double value) {
    return OverviewCharts::tr("%1 %").arg(std::lround(value));
}

QString dayText(double secondsSinceEpoch, const QString& format) {
    return QLocale().toString(QDateTime::fromSecsSinceEpoch(qint64(secondsSinceEpoch)), format);
}

/// Four labels between two instants, as fine as the distance needs.
charts::TimeSeriesView::TimeAxis dateAxis(double from, double to) {
    const double span = to - from;
    const QString format = span < 2 * 86'400 ? QStringLiteral("HH:mm") : QStringLiteral("dd MMM");
    charts::TimeSeriesView::TimeAxis axis;
    axis.from = from;
    axis.to = to;
    axis.dash = span / 60;
    axis.gap = kTrendGapSeconds;
    for (int i = 0; i <= 4; ++i)
        axis.ticks.push_back({from + span * i / 4, dayText(from + span * i / 4, format)});
    axis.describe = [](double x) { return dayText(x, QStringLiteral("ddd dd MMM HH:mm")); };
    return axis;
}

} // namespace

OverviewCharts::OverviewCharts(window::ConsoleContext& context, QWidget* parent)
    : QObject(parent), m_context(context),
      m_depth(new ChartCard(tr("Queue depth (waiting tasks)"), Scale::Linear, style::compact, depthSeries(), parent)),
      m_throughput(new ChartCard(tr("Throughput"), Scale::Linear, perSecond, rateSeries(), parent)),
      m_latency(new ChartCard(tr("Wait and run time (log scale)"), Scale::Logarithmic,
                              axisSeconds, latencySeries(), parent)),
      m_trend(new ChartCard(tr("Health and fairness trend"), Scale::Linear, axisPercent, trendSeries(), parent)) {
    m_depth->view()->setMinimumRange(0, 4);
    m_throughput->view()->setMinimumRange(0, 1);
    m_latency->view()->setMinimumRange(0.01, 10);
    m_trend->view()->setMinimumRange(50, 100);
    connect(m_depth->legend(), &charts::ChartLegend::nameClicked, this, [this](int series) {
        m_context.navigator.showTasks({{}, std::string(core::task::kQueues[size_t(series)].name), {}, {}});
    });
    connect(m_throughput->legend(), &charts::ChartLegend::nameClicked, this, [this](int series) {
        using S = core::task::TaskState;
        static constexpr std::array kStates{S::Pending, S::Success, S::Retry, S::Failure};
        m_context.navigator.showTasks({{kStates[size_t(series)]}, {}, {}, {}});
    });
}

void OverviewCharts::setSpan(int seconds) {
    m_span = seconds;
    charts::TimeSeriesView::TimeAxis axis;
    const double bucket = double(core::metrics::widthOf(resolutionOf(seconds)).count());
    axis.from = -seconds;
    axis.to = 0;
    axis.dash = std::max(bucket, seconds / 150.0);
    axis.gap = bucket * 2.5;
    axis.ticks = charts::secondsAgoTicks(seconds);
    axis.describe = charts::describeSecondsAgo;
    for (ChartCard* card : {m_depth, m_throughput, m_latency})
        card->view()->setTimeAxis(axis);
}

void OverviewCharts::update(core::base::Instant now) {
    feed(m_depth, depthNames(), now);
    feed(m_throughput, kRates, now);
    feed(m_latency, kLatencies, now);
}

void OverviewCharts::feed(ChartCard* card, const std::vector<std::string>& names, core::base::Instant now) {
    const Resolution resolution = resolutionOf(m_span);
    const double bucket = double(core::metrics::widthOf(resolution).count());
    // The present second may not be measured yet: the line ends with the last whole one. Longer buckets are means of
    // what was measured so far.
    const core::base::Instant end = resolution == Resolution::Second ? now - std::chrono::seconds(1) : now;
    for (size_t i = 0; i < names.size(); ++i) {
        const auto points =
            m_context.engine.series().read(names[i], resolution, end - std::chrono::seconds(m_span), end);
        std::vector<charts::Sample> samples;
        samples.reserve(points.size());
        for (size_t k = 0; k < points.size(); ++k)
            samples.push_back({-bucket * double(points.size() - 1 - k), points[k].value});
        card->view()->setSamples(int(i), std::move(samples));
    }
    card->commit();
}

void OverviewCharts::updateTrend(const std::vector<core::programme::TrendPoint>& trend, core::base::Instant now) {
    const auto seconds = [](core::base::Instant at) { return double(at.time_since_epoch().count()) / 1000; };
    std::array<std::vector<charts::Sample>, 4> samples;
    const auto add = [&](size_t line, core::base::Instant at, const std::optional<double>& value, double factor) {
        if (value)
            samples[line].push_back({seconds(at), *value * factor});
    };
    for (const auto& point : trend) {
        add(0, point.at, point.utilization, 100);
        add(1, point.at, point.coverage, 100);
        add(2, point.at, point.compliance, 1);
        add(3, point.at, point.fairness, 100);
    }
    const double to = seconds(now);
    const double from = trend.empty() ? to - 3600 : std::min(seconds(trend.front().at), to - 3600);
    m_trend->view()->setTimeAxis(dateAxis(from, to));
    for (size_t i = 0; i < samples.size(); ++i)
        m_trend->view()->setSamples(int(i), std::move(samples[i]));
    m_trend->commit();
}

} // namespace ui::pages::overview
