#pragma once

#include "core/task/ParameterSchema.h"

#include <QWidget>

#include <vector>

namespace ui::dialogs {

class FieldGrid;

/// Thread: gui. The form that a parameter schema describes: defaults, ranges, choices, units, required marks. It
/// accepts anything a person types; what is wrong is said beside the field in the words of the schema.
class SchemaForm : public QWidget {
    Q_OBJECT
  public:
    SchemaForm(const core::task::ParameterSchema& schema, QWidget* parent = nullptr);

    /// Fills the fields; names that the schema does not have are ignored.
    void setValues(const core::base::Json& values);
    /// What the fields say, typed as far as they can be: unreadable text stays text, so that the schema refuses it.
    /// Empty fields are left out.
    core::base::Json values() const;
    /// Shows the schema's complaints; true when there are none.
    bool check();
    /// Complaints from elsewhere (the engine). Fields that the form does not have are returned.
    std::vector<core::base::FieldError> showErrors(const std::vector<core::base::FieldError>& errors);
    bool focusFirstError();
    QWidget* editorOf(const std::string& name) const;
    QString errorOf(const std::string& name) const;

  Q_SIGNALS:
    void edited();

  private:
    struct Field {
        core::task::Parameter parameter;
        QWidget* editor;
    };
    void addField(const core::task::Parameter& parameter);
    QWidget* makeEditor(const core::task::Parameter& parameter);

    const core::task::ParameterSchema m_schema;
    FieldGrid* m_grid;
    std::vector<Field> m_fields;
};

} // namespace ui::dialogs
