#pragma once

#include "core/task/TaskState.h"
#include "ui/style/Theme.h"

#include <QAbstractButton>

#include <array>

namespace ui::pages::overview {

/// Thread: gui. One state of the lifecycle: word, count, rate. A press lists the tasks in that state.
class StateTile : public QAbstractButton {
    Q_OBJECT
  public:
    StateTile(core::task::TaskState state, QWidget* parent);
    core::task::TaskState state() const { return m_state; }
    /// `rate` in tasks per minute; absent where a state has none.
    void set(int64_t count, std::optional<double> rate);
    QSize sizeHint() const override { return {124, 62}; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    const core::task::TaskState m_state;
    QString m_count, m_rate;
};

/// Thread: gui. The way of a task through its states, with how many are in each and how many pass a minute.
class LifecyclePanel : public QWidget {
    Q_OBJECT
  public:
    explicit LifecyclePanel(QWidget* parent);
    void set(core::task::TaskState state, int64_t count, std::optional<double> rate);

  Q_SIGNALS:
    void chosen(core::task::TaskState state);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void paintArrow(QPainter& painter, const QWidget* from, const QWidget* to) const;
    std::array<StateTile*, core::task::kAllStates.size()> m_tiles{};
};

} // namespace ui::pages::overview
