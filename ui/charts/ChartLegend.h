#pragma once

#include <QWidget>

class QToolButton;

namespace ui::charts {

class TimeSeriesView;

/// Thread: gui. The legend of a TimeSeriesView: a box per line that shows or hides it, its name and its last value.
/// Names can be links.
class ChartLegend : public QWidget {
    Q_OBJECT
  public:
    ChartLegend(TimeSeriesView* view, QWidget* parent = nullptr);

    /// After the view's setSeries.
    void rebuild();
    /// After the view's commit.
    void refresh();

  Q_SIGNALS:
    void nameClicked(int series);

  protected:
    void changeEvent(QEvent* event) override;

  private:
    struct Entry {
        QToolButton* box;
        QToolButton* name;
    };
    void paintBoxes();

    TimeSeriesView* m_view;
    std::vector<Entry> m_entries;
};

} // namespace ui::charts
