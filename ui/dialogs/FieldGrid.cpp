#include "ui/dialogs/FieldGrid.h"

#include "ui/dialogs/Dialog.h"
#include "ui/style/Format.h"

#include <QLabel>
#include <QStyle>

namespace ui::dialogs {

using style::toQString;

FieldGrid::FieldGrid(QWidget* parent) : QGridLayout(parent) {
    setContentsMargins(0, 0, 0, 0);
    setHorizontalSpacing(16);
    setVerticalSpacing(2);
    setColumnStretch(1, 1);
    setColumnMinimumWidth(0, 130);
}

void FieldGrid::addField(const Row& field) {
    const int row = rowCount();
    const bool required = field.need == Need::Required;
    Field added{field.key, field.editor, plainLabel(required ? tr("%1 *").arg(field.title) : field.title),
                plainLabel({}, "error"), nullptr};
    added.label->setToolTip(toQString(field.key) + (required ? tr(" (required)") : QString()));
    added.label->setBuddy(field.editor);
    added.label->setContentsMargins(0, 6, 0, 0);
    field.editor->setObjectName(QStringLiteral("field.") + toQString(field.key));
    // Of an editor that is made of several, what gets the focus speaks for it.
    for (QWidget* spoken : {field.editor, field.editor->focusProxy()})
        if (spoken) {
            spoken->setAccessibleName(required ? tr("%1, required").arg(field.title) : field.title);
            spoken->setAccessibleDescription(field.description);
        }
    field.editor->setToolTip(field.description);
    addWidget(added.label, row, 0, Qt::AlignTop | Qt::AlignLeft);
    addWidget(field.editor, row, 1, field.editor->maximumWidth() < QWIDGETSIZE_MAX ? Qt::AlignLeft : Qt::Alignment());
    if (!field.shown.isEmpty()) {
        added.explanation = plainLabel(field.shown, "muted");
        added.explanation->setWordWrap(true);
        addWidget(added.explanation, row + 1, 1);
    }
    added.error->setWordWrap(true);
    added.error->setObjectName(QStringLiteral("error.") + toQString(field.key));
    added.error->hide();
    addWidget(added.error, row + 2, 1);
    setRowMinimumHeight(row + 3, 6);
    m_fields.push_back(added);
}

void FieldGrid::addTitle(const QString& title) {
    const int row = rowCount();
    QLabel* label = plainLabel(title, "title");
    label->setContentsMargins(0, row > 1 ? 10 : 0, 0, 4);
    addWidget(label, row, 0, 1, 2);
}

const FieldGrid::Field* FieldGrid::find(const std::string& key) const {
    for (const Field& field : m_fields)
        if (field.key == key)
            return &field;
    return nullptr;
}

void FieldGrid::showField(const std::string& key, bool shown) {
    const Field* field = find(key);
    if (!field)
        return;
    field->label->setVisible(shown);
    field->editor->setVisible(shown);
    if (field->explanation)
        field->explanation->setVisible(shown);
    field->error->setVisible(shown && !field->error->text().isEmpty());
}

std::vector<core::base::FieldError> FieldGrid::showErrors(const std::vector<core::base::FieldError>& errors) {
    std::vector<core::base::FieldError> elsewhere = errors;
    for (const Field& field : m_fields) {
        QString text;
        for (const core::base::FieldError& error : errors)
            if (error.field == field.key)
                text = toQString(error.message);
        setError(field, text);
        std::erase_if(elsewhere, [&](const auto& error) { return error.field == field.key; });
    }
    return elsewhere;
}

void FieldGrid::setError(const Field& field, const QString& text) {
    field.error->setText(text);
    field.error->setVisible(!text.isEmpty());
    if (field.editor->property("invalid").toBool() == !text.isEmpty())
        return;
    field.editor->setProperty("invalid", !text.isEmpty());
    field.editor->style()->unpolish(field.editor);
    field.editor->style()->polish(field.editor);
}

bool FieldGrid::focusFirstError() {
    for (const Field& field : m_fields) {
        if (field.error->text().isEmpty())
            continue;
        field.editor->setFocus(Qt::OtherFocusReason);
        return true;
    }
    return false;
}

QWidget* FieldGrid::editorOf(const std::string& key) const {
    const Field* field = find(key);
    return field ? field->editor : nullptr;
}

QString FieldGrid::errorOf(const std::string& key) const {
    const Field* field = find(key);
    return field ? field->error->text() : QString();
}

} // namespace ui::dialogs
