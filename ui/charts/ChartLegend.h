#pragma once

#include <QAbstractButton>
#include <QWidget>

#include <vector>

namespace ui::charts {

class TimeSeriesView;

/// Thread: gui. One line of a legend: a press on the box (or Space) shows or hides the line, a press on the name (or
/// Enter) follows the link.
class LegendEntry : public QAbstractButton {
    Q_OBJECT
  public:
    LegendEntry(TimeSeriesView* view, int series, QWidget* parent);
    void refresh();
    QSize sizeHint() const override;

  Q_SIGNALS:
    void nameClicked();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    QFont smallFont() const;
    TimeSeriesView* m_view;
    const int m_series;
    QString m_text;
};

/// Thread: gui. The legend of a TimeSeriesView, with the last value of every line.
class ChartLegend : public QWidget {
    Q_OBJECT
  public:
    ChartLegend(TimeSeriesView* view, QWidget* parent = nullptr);
    /// After the view's commit.
    void refresh();

  Q_SIGNALS:
    void nameClicked(int series);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    /// Like words, left to right and on the next line; the legend is as high as that needs. No layout: its height for
    /// a width would make the whole page prefer to scroll.
    void place();
    std::vector<LegendEntry*> m_entries;
};

} // namespace ui::charts
