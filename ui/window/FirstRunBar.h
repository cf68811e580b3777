#pragma once

#include "ui/window/ConsoleContext.h"

#include <QFrame>

class QProgressBar;
class QPushButton;

namespace ui::window {

/// Thread: gui. Offers a programme while there is none: the sample (default) or one's own. It shows the work and goes
/// by itself once there is one.
class FirstRunBar : public QFrame {
    Q_OBJECT
  public:
    FirstRunBar(ConsoleContext& context, QWidget* parent);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void refresh();
    enum class Work { Offer, Creating };
    void show(Work work);

    ConsoleContext& m_context;
    QPushButton *m_sample, *m_import;
    QProgressBar* m_progress;
};

} // namespace ui::window
