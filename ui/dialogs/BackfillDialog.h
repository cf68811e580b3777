#pragma once

#include "ui/dialogs/Dialog.h"
#include "ui/window/ConsoleContext.h"

#include <QTimer>

class QComboBox;
class QDateTimeEdit;
class QVBoxLayout;

namespace ui::delegates {
class Table;
}

namespace ui::dialogs {

class BackfillInstants;

/// Thread: gui. Makes up for a schedule's missed instants: a window, what became of each instant in it, and which of them
/// get a task. It acts on the checked instants of the plan that is shown, and on nothing that comes later.
class BackfillDialog : public Dialog {
    Q_OBJECT
  public:
    BackfillDialog(window::ConsoleContext& context, const core::engine::ScheduleEntry& entry, QWidget* parent);

    /// To the minute, both included; looks at the plan anew.
    void setWindow(core::base::Instant from, core::base::Instant to);
    /// Whether what is shown is the plan of the window that is shown.
    bool isSettled() const { return m_plan.has_value() && !m_settle.isActive(); }
    BackfillInstants* instants() const { return m_instants; }
    /// Not while the tasks are made: somebody has to say what came of it.
    void reject() override;

  Q_SIGNALS:
    void backfilled(const core::engine::BackfillResult& result);

  private:
    QLayout* buildWindow();
    QLayout* buildMarks();
    QLayout* buildOrder();
    void askPlan();
    void takePlan(const core::base::Result<core::engine::BackfillPlan>& plan);
    void showWarnings(const std::vector<std::string>& warnings);
    void showChoice();
    QString runTimeText(int count) const;
    core::engine::BackfillOrder order() const;
    void submit();
    void take(const core::base::Result<core::engine::BackfillResult>& result);
    /// While the tasks are made nothing can be changed.
    enum class Phase { Choosing, Making };
    void enter(Phase phase);

    window::ConsoleContext& m_context;
    const core::engine::ScheduleEntry m_entry;
    QWidget* m_form;
    QDateTimeEdit *m_from, *m_to;
    BackfillInstants* m_instants;
    delegates::Table* m_table;
    QLabel *m_zone, *m_chosen, *m_leftOut, *m_runTime;
    QVBoxLayout* m_warnings;
    QComboBox* m_order;
    QPushButton* m_verb;
    QTimer m_settle;  ///< runs while the window is being changed
    int m_asked = 0, m_answered = 0; ///< numbers of plans
    Phase m_phase = Phase::Choosing;
    std::optional<core::engine::BackfillPlan> m_plan; ///< none while it is asked for
};

} // namespace ui::dialogs
