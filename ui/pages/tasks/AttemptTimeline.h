#pragma once

#include "core/engine/Services.h"

#include <QWidget>

namespace ui::pages::tasks {

/// Thread: gui. The attempts of a task along the time from its creation to its end: how long it waited, ran, and how
/// each attempt came out.
class AttemptTimeline : public QWidget {
    Q_OBJECT
  public:
    explicit AttemptTimeline(QWidget* parent = nullptr);
    void set(const core::task::Task& task, const std::vector<core::task::Attempt>& attempts, core::base::Instant now);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {200, sizeHint().height()}; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    struct Bar {
        QString label, outcome;
        core::base::Instant from, to;
        bool running;
        core::task::TaskState tone;
    };
    core::base::Instant m_from{}, m_to{};
    std::vector<Bar> m_bars;
};

} // namespace ui::pages::tasks
