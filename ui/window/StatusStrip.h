#pragma once

#include "ui/window/ConsoleContext.h"
#include "ui/window/StripCell.h"

#include <QFrame>

namespace ui::window {

/// Thread: gui. The line above everything: engine and programme in ten figures, each with colour, word and age; what
/// is not known is a dash with the reason. Patched from memory once a second.
class StatusStrip : public QFrame {
    Q_OBJECT
  public:
    StatusStrip(ConsoleContext& context, QWidget* parent);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    StripCell* addCell(const QString& caption, const QString& page);
    void refresh();
    void showEngine(core::base::Instant now);
    void showLevels(core::base::Instant now);
    void showFigures(core::base::Instant now);

    ConsoleContext& m_context;
    StripCell *m_engine, *m_health, *m_defense, *m_utilization, *m_contingency, *m_coverage, *m_compliance,
        *m_fairness, *m_workers, *m_shedding;
};

} // namespace ui::window
