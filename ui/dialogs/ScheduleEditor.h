#pragma once

#include "ui/dialogs/Dialog.h"
#include "ui/window/ConsoleContext.h"

#include <QTimer>

class QLabel;
class QPushButton;

namespace ui::style {
class Card;
}

namespace ui::dialogs {

class ScheduleForm;
class SchedulePreviewPane;

/// Thread: gui. Makes a new entry of the schedule or edits one, with a preview that follows the typing. It saves only
/// over what the person saw: when somebody else was faster it shows what they changed, and nothing typed is lost.
class ScheduleEditor : public Dialog {
    Q_OBJECT
  public:
    ScheduleEditor(window::ConsoleContext& context, QWidget* parent);
    ScheduleEditor(window::ConsoleContext& context, const core::engine::ScheduleEntry& entry, QWidget* parent);

    ScheduleForm* form() const { return m_form; }
    SchedulePreviewPane* previewPane() const { return m_pane; }
    /// True while the preview shows what the fields say.
    bool isSettled() const { return !m_wait.isActive() && m_shown == m_asked; }

  Q_SIGNALS:
    void saved(const core::engine::ScheduleEntry& entry);

  private:
    void build(const QString& verb);
    void buildConflict();
    void edited();
    void askPreview();
    void takePreview(const core::base::Result<core::engine::SchedulePreview>& answer, const std::string& zone);
    void save();
    void takeSaved(const core::base::Result<core::engine::ScheduleEntry>& answer);
    void showRefusal(const core::base::Error& error);
    void readTheirs();
    void showTheirs(const core::base::Result<core::engine::ScheduleEntry>& theirs);
    void overwriteTheirs();
    void takeTheirs();

    window::ConsoleContext& m_context;
    std::optional<core::task::Schedule> m_seen; ///< what a save may replace; none: it adds
    std::optional<core::task::Schedule> m_theirs;
    ScheduleForm* m_form;
    SchedulePreviewPane* m_pane;
    style::Card* m_conflict;
    QLabel* m_conflictText;
    QPushButton* m_verb = nullptr;
    QTimer m_wait;
    int m_asked = 0, m_shown = 0; ///< numbers of questions for a preview
    bool m_tried = false;         ///< after the first press, complaints about what is missing follow the typing
};

} // namespace ui::dialogs
