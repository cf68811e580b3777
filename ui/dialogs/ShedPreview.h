#pragma once

#include "core/programme/Crisis.h"
#include "ui/models/SmallTable.h"
#include "ui/window/ConsoleContext.h"

#include <QWidget>

class QLabel;

namespace ui::dialogs {

/// Thread: gui. What a severity would do before it is done: shed level, activities, utilization and coverage before
/// and after. Asks the engine; changes nothing.
class ShedPreview : public QWidget {
    Q_OBJECT
  public:
    ShedPreview(window::ConsoleContext& context, QWidget* parent);
    void showSeverity(const std::string& severity);
    /// Absent while it is asked for.
    const std::optional<core::programme::CrisisPreview>& preview() const { return m_preview; }

  Q_SIGNALS:
    void arrived();

  private:
    void take(const core::base::Result<core::programme::CrisisPreview>& answer);

    window::ConsoleContext& m_context;
    std::string m_severity;
    std::optional<core::programme::CrisisPreview> m_preview;
    QLabel *m_headline, *m_action, *m_utilization, *m_coverage, *m_note;
    models::SmallTable<core::programme::ShedActivity>* m_activities;
};

struct SeverityChoice {
    std::string code;
    QString name;
    QString effect;
};
/// In rising order, with what each does.
std::vector<SeverityChoice> severityChoices();

} // namespace ui::dialogs
