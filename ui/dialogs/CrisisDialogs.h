#pragma once

#include "ui/dialogs/Dialog.h"
#include "ui/window/ConsoleContext.h"

class QButtonGroup;
class QLabel;
class QLineEdit;
class QPlainTextEdit;

namespace ui::dialogs {

class ShedPreview;

/// Thread: gui. A dialog that submits one crisis task and stays until that task has ended; then it closes, or says
/// why it failed.
class CrisisTaskDialog : public Dialog {
    Q_OBJECT
  public:
    using Dialog::Dialog;

  Q_SIGNALS:
    void succeeded(const core::task::Task& task);

  protected:
    void run(window::ConsoleContext& context, const std::string& type, const core::base::Json& params);
    enum class Phase { Editing, Running };
    virtual void enter(Phase phase) = 0;

  private:
    void follow(window::ConsoleContext& context, const core::task::TaskId& id);
};

/// Thread: gui. Activates a crisis: severity, reason, approver, preview; severe and above are typed.
class ActivateCrisisDialog : public CrisisTaskDialog {
    Q_OBJECT
  public:
    ActivateCrisisDialog(window::ConsoleContext& context, QWidget* parent);
    void chooseSeverity(const std::string& severity);

  private:
    QWidget* buildSeverity();
    QWidget* buildReason();
    QWidget* buildApproval();
    std::string severity() const;
    bool needsTyping() const;
    bool needsApprover() const;
    core::base::Json params() const;
    void severityChosen();
    void refreshFields();
    QString complaintOf(const std::string& field) const;
    void submit();
    void enter(Phase phase) override;

    window::ConsoleContext& m_context;
    QButtonGroup* m_severities;
    QPlainTextEdit* m_reason;
    QLineEdit *m_approver, *m_typed;
    QLabel *m_reasonCount, *m_approverLabel, *m_approverError, *m_typedLabel;
    ShedPreview* m_preview;
    QPushButton* m_verb;
    Phase m_phase = Phase::Editing;
};

/// Thread: gui. Ends the active crisis and restores what was suspended.
class DeactivateCrisisDialog : public CrisisTaskDialog {
    Q_OBJECT
  public:
    DeactivateCrisisDialog(window::ConsoleContext& context, QWidget* parent);

  private:
    void refreshFields();
    void submit();
    void enter(Phase phase) override;

    window::ConsoleContext& m_context;
    QPlainTextEdit* m_reason;
    QLineEdit* m_approver;
    QLabel* m_reasonCount;
    QPushButton* m_verb;
    Phase m_phase = Phase::Editing;
};

/// Thread: gui. What each severity would shed, to look at without consequences.
class PreviewSheddingDialog : public Dialog {
    Q_OBJECT
  public:
    PreviewSheddingDialog(window::ConsoleContext& context, QWidget* parent);
};

/// Thread: gui. The order in which suspended activities come back.
class RecoveryPlanDialog : public Dialog {
    Q_OBJECT
  public:
    RecoveryPlanDialog(window::ConsoleContext& context, QWidget* parent);
};

/// Thread: gui. Every crisis there was, newest first.
class CrisisLogDialog : public Dialog {
    Q_OBJECT
  public:
    CrisisLogDialog(window::ConsoleContext& context, QWidget* parent);
};

/// The suspended activities in the order of recovery, numbered. Shared by two dialogs.
QStringList recoveryOrder(const core::programme::CrisisStatus& crisis);

} // namespace ui::dialogs
