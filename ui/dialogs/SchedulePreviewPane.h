#pragma once

#include "core/engine/Services.h"
#include "ui/models/InstantTable.h"

#include <QWidget>

class QLabel;
class QVBoxLayout;

namespace ui::delegates {
class Table;
}

namespace ui::dialogs {

/// Thread: gui. What a definition would do before it is saved: plain words, its next instants, and what may surprise.
class SchedulePreviewPane : public QWidget {
    Q_OBJECT
  public:
    explicit SchedulePreviewPane(const core::base::Clock& clock, QWidget* parent = nullptr);
    void showPreview(const core::engine::SchedulePreview& preview, const std::string& zone);
    /// There is nothing to show, because of that.
    void showNothing(const QString& why);
    models::InstantTable* instants() const { return m_instants; }
    QStringList warnings() const { return m_warnings; }
    QString words() const;

  private:
    void setWarnings(const QStringList& warnings);

    const core::base::Clock& m_clock;
    QLabel* m_words;
    models::InstantTable* m_instants;
    delegates::Table* m_table;
    QVBoxLayout* m_warningLines;
    QStringList m_warnings;
};

} // namespace ui::dialogs
