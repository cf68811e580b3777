#pragma once

#include "core/base/Result.h"

#include <QGridLayout>

#include <string>
#include <vector>

class QLabel;

namespace ui::dialogs {

/// Thread: gui. The rows of a form: label, editor, a line of explanation and one for what is wrong, called by a key.
class FieldGrid : public QGridLayout {
    Q_OBJECT
  public:
    explicit FieldGrid(QWidget* parent = nullptr);

    enum class Need { Optional, Required };
    struct Row {
        std::string key;
        QString title;
        QWidget* editor = nullptr;
        QString description; ///< what assistive technology says; also the tool tip
        QString shown;       ///< under the editor; empty: no such line
        Need need = Need::Optional;
    };
    void addField(const Row& row);
    /// A heading over the fields that follow.
    void addTitle(const QString& title);
    void showField(const std::string& key, bool shown);
    /// Puts every complaint beside its field and takes away those that were there before. Those about fields that the
    /// form does not have are returned.
    std::vector<core::base::FieldError> showErrors(const std::vector<core::base::FieldError>& errors);
    /// Puts the cursor where the first complaint is; false: there is none.
    bool focusFirstError();
    QWidget* editorOf(const std::string& key) const;
    QString errorOf(const std::string& key) const;

  private:
    struct Field {
        std::string key;
        QWidget* editor;
        QLabel *label, *error;
        QLabel* explanation; ///< nullptr: none
    };
    const Field* find(const std::string& key) const;
    static void setError(const Field& field, const QString& text);

    std::vector<Field> m_fields;
};

} // namespace ui::dialogs
