#pragma once

#include "ui/pages/schedules/LoadGrid.h"
#include "ui/style/Theme.h"

#include <QWidget>

namespace ui::pages::schedules {

/// Thread: gui. Seven days of coming load, a row a day, painted by itself: each hour shaded by its expected run time,
/// ticks where firings are, collisions, overloads, changes of the clock, and where now is. Mouse, arrow keys and
/// screen readers go from hour to hour.
class LoadCalendar : public QWidget {
    Q_OBJECT
  public:
    explicit LoadCalendar(QWidget* parent = nullptr);

    void setGrid(LoadGrid grid);
    const std::optional<LoadGrid>& grid() const { return m_grid; }
    void setNow(core::base::Instant now);
    std::optional<HourOfWeek> marked() const { return m_marked; }
    void mark(HourOfWeek place);

    /// The hour at a point of the widget; none beside the hours.
    std::optional<HourOfWeek> hourAt(const QPoint& point) const;
    QRect rectOf(HourOfWeek place) const;
    /// What is told of an hour: when, how many firings, how long they are expected to run, and what is special.
    QString describe(HourOfWeek place) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  Q_SIGNALS:
    void hourMarked(const HourOfWeek& place);
    /// Enter or a double click.
    void hourOpened(const HourOfWeek& place);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

  private:
    void paintHeads(QPainter& painter, const style::Theme& theme) const;
    void paintHour(QPainter& painter, HourOfWeek place, const style::Theme& theme) const;
    void paintFigures(QPainter& painter, const LoadGrid::Cell& cell, const QRectF& room, const QColor& colour,
                      const style::Theme& theme) const;
    void paintNow(QPainter& painter, const style::Theme& theme) const;

    std::optional<LoadGrid> m_grid;
    core::base::Instant m_now{};
    std::optional<HourOfWeek> m_marked, m_under;
};

/// A change of the clock and an overload in words, as the calendar's tips say them.
QString clockChangeText(const core::engine::ComingLoad::ClockChange& change);
QString overloadText(const core::engine::ComingLoad::Overload& overload, const core::base::Zone& zone);

} // namespace ui::pages::schedules
