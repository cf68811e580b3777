#include "ui/charts/TimeSeriesView.h"

#include "ui/charts/Ticks.h"

#include <QCategoryAxis>
#include <QChart>
#include <QEvent>
#include <QGraphicsLayout>
#include <QKeyEvent>
#include <QLineSeries>

#include <algorithm>
#include <cmath>

namespace ui::charts {

namespace {

constexpr double kSmallestLogarithmic = 0.001;
/// More runs than this are not told apart by eye: the oldest are dropped.
constexpr size_t kMostRuns = 120;

QCategoryAxis* makeAxis() {
    auto* axis = new QCategoryAxis;
    axis->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    axis->setTruncateLabels(false);
    axis->setStartValue(-1e9);
    return axis;
}

void relabel(QCategoryAxis* axis, const std::vector<Tick>& ticks, double low, double high) {
    for (const QString& label : axis->categoriesLabels())
        axis->remove(label);
    // Labels are the keys of this axis: equal ones are told apart by invisible characters.
    QString distinct;
    for (const Tick& tick : ticks) {
        const QString label = axis->categoriesLabels().contains(tick.label) ? tick.label + distinct : tick.label;
        distinct += QChar(0x200b);
        axis->append(label, tick.at);
    }
    axis->setRange(low, high);
}

/// Leaves out the inner points of level stretches, so that a quiet line is two points and stays the same every tick.
QList<QPointF> withoutLevelPoints(const QList<QPointF>& points) {
    QList<QPointF> kept;
    for (qsizetype i = 0; i < points.size(); ++i) {
        const bool inner = i > 0 && i + 1 < points.size() && qFuzzyCompare(points[i - 1].y() + 1, points[i].y() + 1) &&
                           qFuzzyCompare(points[i + 1].y() + 1, points[i].y() + 1);
        if (!inner)
            kept << points[i];
    }
    return kept;
}

} // namespace

TimeSeriesView::TimeSeriesView(const QString& name, Scale scale, std::function<QString(double)> axisFormat,
                               QWidget* parent)
    : QChartView(parent), m_scale(scale), m_axisFormat(std::move(axisFormat)), m_timeAxis(makeAxis()),
      m_valueAxis(makeAxis()) {
    setAccessibleName(name);
    setFrameShape(QFrame::NoFrame);
    setRenderHint(QPainter::Antialiasing);
    setMinimumHeight(minimumSizeHint().height());
    setFocusPolicy(Qt::TabFocus);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    QChart* c = chart();
    c->setAnimationOptions(QChart::NoAnimation);
    c->legend()->hide();
    c->setBackgroundVisible(false);
    c->setMargins(QMargins(14, 4, 22, 0));
    c->layout()->setContentsMargins(0, 0, 0, 0);
    c->addAxis(m_timeAxis, Qt::AlignBottom);
    c->addAxis(m_valueAxis, Qt::AlignLeft);
    m_minimumLow = scale == Scale::Logarithmic ? 0.01 : 0;
    m_minimumHigh = 1;
    setTimeAxis({-300, 0, 1, 2.5, secondsAgoTicks(300), describeSecondsAgo});
    applyTheme();
    fitValueAxis();
}

TimeSeriesView::~TimeSeriesView() = default;

void TimeSeriesView::setSeries(std::vector<SeriesStyle> series) {
    for (Line& line : m_lines)
        for (QLineSeries* run : line.runs) {
            chart()->removeSeries(run);
            delete run;
        }
    m_styles = std::move(series);
    m_lines.assign(m_styles.size(), Line());
}

void TimeSeriesView::setTimeAxis(TimeAxis axis) {
    m_time = std::move(axis);
    relabel(m_timeAxis, m_time.ticks, m_time.from, m_time.to);
    m_cursor.reset();
}

void TimeSeriesView::setMinimumRange(double low, double high) {
    m_minimumLow = low;
    m_minimumHigh = high;
}

void TimeSeriesView::setSamples(int series, std::vector<Sample> samples) {
    m_lines[size_t(series)].samples = std::move(samples);
}

void TimeSeriesView::setSeriesVisible(int series, bool visible) {
    m_lines[size_t(series)].visible = visible;
    commit();
}

std::optional<double> TimeSeriesView::lastValue(int series) const {
    const Line& line = m_lines[size_t(series)];
    for (auto sample = line.samples.rbegin(); sample != line.samples.rend(); ++sample)
        if (sample->value)
            return sample->value;
    return std::nullopt;
}

double TimeSeriesView::toAxis(double value) const {
    return m_scale == Scale::Linear ? value : std::log10(std::max(value, kSmallestLogarithmic));
}

void TimeSeriesView::commit() {
    fitValueAxis();
    for (size_t i = 0; i < m_lines.size(); ++i)
        draw(i);
    if (m_cursor)
        viewport()->update();
    if (const QString text = summary(); text != m_announced) {
        m_announced = text;
        setAccessibleDescription(text);
    }
}

void TimeSeriesView::fitValueAxis() {
    double low = m_minimumLow, high = m_minimumHigh;
    for (const Line& line : m_lines) {
        if (!line.visible)
            continue;
        for (const Sample& sample : line.samples)
            if (sample.value && sample.x >= m_time.from) {
                low = std::min(low, *sample.value);
                high = std::max(high, *sample.value);
            }
    }
    const ValueTicks fitted = m_scale == Scale::Linear
                                  ? linearTicks(low, high, m_axisFormat)
                                  : decadeTicks(std::max(low, kSmallestLogarithmic), high, m_axisFormat);
    setValueAxis(fitted.low, fitted.high, fitted.ticks);
}

void TimeSeriesView::setValueAxis(double low, double high, const std::vector<Tick>& ticks) {
    // Moving an axis is the dear part: only when the round range really changed.
    if (low == m_low && high == m_high && m_valueAxis->count() > 0)
        return;
    m_low = low;
    m_high = high;
    relabel(m_valueAxis, ticks, low, high);
}

std::vector<QList<QPointF>> TimeSeriesView::runsOf(const Line& line) const {
    std::vector<QList<QPointF>> runs;
    QList<QPointF> run;
    const auto finish = [&] {
        if (run.size() == 1) {
            const QPointF only = run.front();
            run = {{std::max(m_time.from, only.x() - m_time.dash / 2), only.y()},
                   {std::min(m_time.to, only.x() + m_time.dash / 2), only.y()}};
        }
        if (!run.isEmpty())
            runs.push_back(withoutLevelPoints(run));
        run.clear();
    };
    const double span = m_high - m_low;
    for (const Sample& sample : line.samples) {
        if (!sample.value || sample.x < m_time.from || (m_scale == Scale::Logarithmic && *sample.value <= 0)) {
            if (!sample.value && m_time.gap <= 0)
                finish();
            continue;
        }
        if (!run.isEmpty() && sample.x - run.back().x() > m_time.gap)
            finish();
        run << QPointF(sample.x, std::clamp(toAxis(*sample.value), m_low - span, m_high + span));
    }
    finish();
    if (runs.size() > kMostRuns)
        runs.erase(runs.begin(), runs.end() - std::ptrdiff_t(kMostRuns));
    return runs;
}

void TimeSeriesView::draw(size_t series) {
    Line& line = m_lines[series];
    const auto runs = line.visible ? runsOf(line) : std::vector<QList<QPointF>>();
    while (line.runs.size() < runs.size()) {
        line.runs.push_back(addRun(series));
        line.drawn.emplace_back();
    }
    for (size_t i = 0; i < line.runs.size(); ++i) {
        const QList<QPointF> points = i < runs.size() ? runs[i] : QList<QPointF>();
        if (points == line.drawn[i])
            continue;
        line.drawn[i] = points;
        line.runs[i]->replace(points);
    }
}

QLineSeries* TimeSeriesView::addRun(size_t series) {
    auto* run = new QLineSeries;
    QPen pen(m_styles[series].color(style::themeOf(this)), 1);
    pen.setCosmetic(true);
    run->setPen(pen);
    chart()->addSeries(run);
    run->attachAxis(m_timeAxis);
    run->attachAxis(m_valueAxis);
    return run;
}

void TimeSeriesView::applyTheme() {
    const style::Theme& theme = style::themeOf(this);
    QFont font = this->font();
    font.setPointSizeF(8);
    QPen grid(theme.grid, 1);
    grid.setCosmetic(true);
    QPen base(theme.border, 1);
    base.setCosmetic(true);
    for (QCategoryAxis* axis : {m_timeAxis, m_valueAxis}) {
        axis->setLabelsFont(font);
        axis->setLabelsColor(theme.textMuted);
        axis->setGridLinePen(grid);
        axis->setLinePen(base);
    }
    m_timeAxis->setGridLineVisible(false);
    m_valueAxis->setLineVisible(false);
    setBackgroundBrush(theme.card);
    for (size_t i = 0; i < m_lines.size(); ++i)
        for (QLineSeries* run : m_lines[i].runs) {
            QPen pen = run->pen();
            pen.setColor(m_styles[i].color(theme));
            run->setPen(pen);
        }
}

QString TimeSeriesView::summary() const {
    QStringList parts;
    for (size_t i = 0; i < m_styles.size(); ++i) {
        const auto last = lastValue(int(i));
        parts << QStringLiteral("%1: %2").arg(m_styles[i].name, last ? m_styles[i].format(*last) : tr("no value"));
    }
    return parts.join(QStringLiteral(", "));
}

void TimeSeriesView::changeEvent(QEvent* event) {
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyTheme();
}

} // namespace ui::charts
