#pragma once

#include "core/base/Time.h"

#include <QWidget>

namespace ui::pages::schedules {

/// Thread: gui. What the shades and marks of the calendar mean.
class LoadLegend : public QWidget {
    Q_OBJECT
  public:
    explicit LoadLegend(QWidget* parent = nullptr);
    /// Expected run time of the busiest hour: by it goes the scale.
    void setBusiest(core::base::milliseconds busiest);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    core::base::milliseconds m_busiest{0};
};

} // namespace ui::pages::schedules
