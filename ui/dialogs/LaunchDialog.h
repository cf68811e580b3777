#pragma once

#include "ui/dialogs/Dialog.h"
#include "ui/window/ConsoleContext.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QScrollArea;
class QSpinBox;

namespace ui::dialogs {

class SchemaForm;

/// Thread: gui. Launches a task from the form that its type describes, or runs a task again with other parameters.
class LaunchDialog : public Dialog {
    Q_OBJECT
  public:
    /// A new task; `type` is chosen at first (empty: the one launched last).
    LaunchDialog(window::ConsoleContext& context, const std::string& type, QWidget* parent);
    /// The same form over the parameters of an existing task, which `retry` takes.
    LaunchDialog(window::ConsoleContext& context, const core::task::Task& original, QWidget* parent);

    SchemaForm* form() const { return m_form; }
    /// The launch form of a new task: chooses the type.
    void chooseType(const std::string& type);

  Q_SIGNALS:
    void launched(const core::task::Task& task);

  private:
    void buildTypeChoice();
    void buildDescription();
    void buildSchedule();
    void buildVerb(const QString& text);
    void showType(const core::task::TaskType* type);
    void fillForm();
    void setTypedWord();
    void submit();
    void submitNew(const core::base::Json& params);
    void submitRetry(const core::base::Json& params);
    void take(const core::base::Result<core::task::Task>& answer);
    void updateVerb();

    window::ConsoleContext& m_context;
    std::optional<core::task::Task> m_original;
    const core::task::TaskType* m_type = nullptr;
    SchemaForm* m_form = nullptr;
    QComboBox* m_typeChoice = nullptr;
    QLabel *m_description = nullptr, *m_facts = nullptr, *m_typedLabel = nullptr;
    QLineEdit* m_typed = nullptr;
    QScrollArea* m_scroll = nullptr;
    QSpinBox *m_priority = nullptr, *m_delay = nullptr;
    QPushButton* m_verb = nullptr;
    bool m_tried = false; ///< after the first press, complaints follow the typing
};

} // namespace ui::dialogs
