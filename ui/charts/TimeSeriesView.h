#pragma once

#include "ui/style/Theme.h"

#include <QChartView>

#include <functional>
#include <optional>
#include <vector>

class QCategoryAxis;
class QLineSeries;

namespace ui::charts {

enum class Scale { Linear, Logarithmic };

/// How one line looks and reads.
struct SeriesStyle {
    QString name;
    std::function<QColor(const style::Theme&)> color;
    std::function<QString(double)> format; ///< a value with its unit
};

/// A label of an axis at a position of it.
struct Tick {
    double at = 0;
    QString label;
};

/// One point of a line; no value = a gap.
struct Sample {
    double x = 0; ///< in the units of the time axis; ascending
    std::optional<double> value;
};

/// Thread: gui. Every chart over time of the console, on Qt Charts in the cheap pattern: the time axis stands still
/// (x = seconds before now, or fixed dates) and only data moves, one replace a tick and only if the line changed,
/// cosmetic 1 px pens, no legend of its own, values clamped to the axis. Gaps stay gaps; a lonely point is a short
/// dash. A crosshair follows the mouse and the arrow keys.
class TimeSeriesView : public QChartView {
    Q_OBJECT
  public:
    /// `axisFormat` writes the labels of the value axis.
    TimeSeriesView(const QString& name, Scale scale, std::function<QString(double)> axisFormat,
                   QWidget* parent = nullptr);
    ~TimeSeriesView() override;

    void setSeries(std::vector<SeriesStyle> series);
    const std::vector<SeriesStyle>& series() const { return m_styles; }
    /// The fixed time axis. `dash` is the length drawn for a lonely point, `gap` the distance above which two
    /// neighbours are not joined. `describe` writes a position of the axis for the crosshair.
    struct TimeAxis {
        double from = -300, to = 0, dash = 1, gap = 2.5;
        std::vector<Tick> ticks;
        std::function<QString(double)> describe;
    };
    void setTimeAxis(TimeAxis axis);
    /// The value axis keeps at least this range.
    void setMinimumRange(double low, double high);
    void setSamples(int series, std::vector<Sample> samples);
    void setSeriesVisible(int series, bool visible);
    bool isSeriesVisible(int series) const { return m_lines[size_t(series)].visible; }
    std::optional<double> lastValue(int series) const;
    /// After the last setSamples of a tick: fits the value axis and redraws what changed.
    void commit();
    /// What a screen reader says: every line with its last value.
    QString summary() const;
    QSize sizeHint() const override { return {280, 120}; }
    QSize minimumSizeHint() const override { return {160, 96}; }

  protected:
    void changeEvent(QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;

  private:
    struct Line {
        std::vector<Sample> samples;
        std::vector<QLineSeries*> runs;       ///< of the chart, reused
        std::vector<QList<QPointF>> drawn;    ///< what the runs show now
        bool visible = true;
    };
    double toAxis(double value) const;
    void applyTheme();
    void fitValueAxis();
    void setValueAxis(double low, double high, const std::vector<Tick>& ticks);
    std::vector<QList<QPointF>> runsOf(const Line& line) const;
    void draw(size_t series);
    QLineSeries* addRun(size_t series);
    const Sample* sampleNear(const Line& line, double x) const;
    double stepOfSamples() const;

    const Scale m_scale;
    std::function<QString(double)> m_axisFormat;
    std::vector<SeriesStyle> m_styles;
    std::vector<Line> m_lines;
    TimeAxis m_time;
    QCategoryAxis* m_timeAxis;
    QCategoryAxis* m_valueAxis;
    double m_low = 0, m_high = 1;                 ///< of the value axis, in axis units
    double m_minimumLow = 0, m_minimumHigh = 1;   ///< in values
    std::optional<double> m_cursor;               ///< on the time axis
    QString m_announced;
};

} // namespace ui::charts
