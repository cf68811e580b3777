#pragma once

#include "core/base/Zone.h"
#include "core/task/Schedule.h"
#include "core/task/TaskRegistry.h"

#include <QWidget>

#include <map>
#include <optional>
#include <vector>

class QButtonGroup;
class QCheckBox;
class QComboBox;
class QLineEdit;
class QSpinBox;
class QVBoxLayout;

namespace ui::dialogs {

class FieldGrid;
class InstantField;
class SchemaForm;
class SpanField;

/// Thread: gui. The fields of a schedule's definition. It accepts anything a person types; what is wrong is said beside
/// the field, in the words of the core. What is typed for one task type or kind of timing is kept while another is looked at.
class ScheduleForm : public QWidget {
    Q_OBJECT
  public:
    enum class Name { Free, Fixed };
    ScheduleForm(const core::task::TaskRegistry& types, Name name, QWidget* parent = nullptr);

    void setSchedule(const core::task::Schedule& schedule);
    /// What the fields say; those that cannot be read say nothing.
    core::task::Schedule schedule() const;
    /// The fields that cannot be read.
    std::vector<core::base::FieldError> unreadable() const;
    /// Puts each complaint beside its field; those about something else are returned.
    std::vector<core::base::FieldError> showErrors(const std::vector<core::base::FieldError>& errors);

    void focusFirstError();

    FieldGrid* fields() const { return m_fields; }
    SchemaForm* parameters() const { return m_params; }

  Q_SIGNALS:
    void edited();

  private:
    enum Kind { Cron, Every, Once };
    void addWhatRuns(Name name);
    void addWhen();
    void addHow();
    QWidget* makeKinds();
    QComboBox* makeZone();
    template <class Policy>
    QComboBox* makePolicies(std::initializer_list<Policy> policies);
    void chooseType(const std::string& type);
    void showType();
    void showKind();
    core::base::Json params() const;
    core::base::Zone zone() const;
    void readInstant(const InstantField* field, std::optional<core::base::Instant>& into) const;

    const core::task::TaskRegistry& m_types;
    FieldGrid* m_fields;
    QLineEdit *m_name, *m_cron;
    QComboBox *m_type, *m_zone, *m_catchUp, *m_overlap;
    QButtonGroup* m_kind;
    SpanField *m_every, *m_maxLateness, *m_expires;
    InstantField *m_once, *m_starts, *m_ends;
    QCheckBox* m_enabled;
    QSpinBox *m_spread, *m_priority;
    QWidget* m_paramsHolder;
    SchemaForm* m_params = nullptr;
    std::string m_shownType;
    core::task::Schedule m_given;
    std::map<std::string, core::base::Json> m_paramsOf; ///< what was typed, by task type
};

} // namespace ui::dialogs
