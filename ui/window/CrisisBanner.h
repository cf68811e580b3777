#pragma once

#include "ui/window/ConsoleContext.h"

#include <QFrame>

class QLabel;

namespace ui::window {

/// Thread: gui. Across the window from activation to deactivation of a crisis: severity, since when, by whom, what is
/// shed, and the way out.
class CrisisBanner : public QFrame {
    Q_OBJECT
  public:
    CrisisBanner(ConsoleContext& context, QWidget* parent);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void refresh();
    ConsoleContext& m_context;
    QLabel *m_headline, *m_details;
};

} // namespace ui::window
