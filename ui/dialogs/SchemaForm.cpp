#include "ui/dialogs/SchemaForm.h"

#include "ui/dialogs/Dialog.h"
#include "ui/dialogs/FieldGrid.h"
#include "ui/style/Format.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>

namespace ui::dialogs {

using core::base::Json;
using core::task::Parameter;
using core::task::ParameterKind;
using style::toQString;

namespace {

QString numberText(double value) {
    return QString::number(value, 'g', 12);
}

QString hintOf(const Parameter& p) {
    QStringList parts;
    if (p.minimum && p.maximum)
        parts << SchemaForm::tr("%1 to %2").arg(numberText(*p.minimum), numberText(*p.maximum));
    else if (p.minimum)
        parts << SchemaForm::tr("at least %1").arg(numberText(*p.minimum));
    else if (p.maximum)
        parts << SchemaForm::tr("at most %1").arg(numberText(*p.maximum));
    if (p.minLength && p.maxLength)
        parts << SchemaForm::tr("%1 to %2 characters").arg(*p.minLength).arg(*p.maxLength);
    if (p.kind == ParameterKind::Date)
        parts << QStringLiteral("YYYY-MM-DD");
    if (p.kind == ParameterKind::TextList)
        parts << SchemaForm::tr("separated by commas");
    if (p.kind == ParameterKind::Object)
        parts << SchemaForm::tr("a JSON object");
    if (!p.unit.empty())
        parts << toQString(p.unit);
    return parts.join(QStringLiteral(" · "));
}

QString textOfValue(const Json& value) {
    if (value.is_null())
        return {};
    if (value.is_string())
        return toQString(value.get<std::string>());
    if (value.is_array()) {
        QStringList items;
        for (const Json& item : value)
            items << textOfValue(item);
        return items.join(QStringLiteral(", "));
    }
    return toQString(core::base::dumpJson(value));
}

Json numberOf(const QString& text, ParameterKind kind) {
    bool good = false;
    if (kind == ParameterKind::Integer) {
        const qlonglong whole = text.toLongLong(&good);
        if (good)
            return int64_t(whole);
    }
    const double value = text.toDouble(&good);
    if (good)
        return value;
    return text.toStdString();
}

Json listOf(const QString& text) {
    Json list = Json::array();
    for (const QString& item : text.split(QLatin1Char(','), Qt::SkipEmptyParts))
        list.push_back(item.trimmed().toStdString());
    return list;
}

Json valueOf(const Parameter& p, const QString& text) {
    switch (p.kind) {
    case ParameterKind::Integer:
    case ParameterKind::Number: return numberOf(text.trimmed(), p.kind);
    case ParameterKind::TextList: return listOf(text);
    case ParameterKind::Object: {
        auto parsed = core::base::parseJson(text.toStdString());
        return parsed ? *parsed : Json(text.toStdString());
    }
    case ParameterKind::Text:
    case ParameterKind::Date:
    case ParameterKind::Choice:
    case ParameterKind::Boolean: break;
    }
    return text.toStdString();
}

} // namespace

SchemaForm::SchemaForm(const core::task::ParameterSchema& schema, QWidget* parent)
    : QWidget(parent), m_schema(schema), m_grid(new FieldGrid(this)) {
    for (const Parameter& parameter : schema.parameters())
        addField(parameter);
    if (schema.parameters().empty())
        m_grid->addWidget(plainLabel(tr("This task takes no parameters."), "muted"), 0, 0, 1, 2);
    m_grid->setRowStretch(m_grid->rowCount(), 1);
    Json defaults = Json::object();
    for (const Parameter& parameter : schema.parameters())
        if (!parameter.defaultValue.is_null())
            defaults[parameter.name] = parameter.defaultValue;
    setValues(defaults);
}

void SchemaForm::addField(const Parameter& p) {
    QString words = toQString(p.description);
    if (const QString hint = hintOf(p); !hint.isEmpty())
        words += words.isEmpty() ? hint : QStringLiteral(" (%1)").arg(hint);
    QWidget* editor = makeEditor(p);
    m_grid->addField({p.name, toQString(p.title.empty() ? p.name : p.title), editor, toQString(p.description), words,
                      p.presence == core::task::Presence::Required ? FieldGrid::Need::Required : FieldGrid::Need::Optional});
    m_fields.push_back({p, editor});
}

QWidget* SchemaForm::makeEditor(const Parameter& p) {
    if (p.kind == ParameterKind::Boolean) {
        auto* box = new QCheckBox(tr("Yes"));
        connect(box, &QCheckBox::toggled, this, &SchemaForm::edited);
        return box;
    }
    if (p.kind == ParameterKind::Choice) {
        auto* choice = new QComboBox;
        choice->addItem(tr("(choose)"), QString());
        for (size_t i = 0; i < p.choices.size(); ++i)
            choice->addItem(toQString(i < p.choiceNames.size() ? p.choiceNames[i] : p.choices[i]),
                            toQString(p.choices[i]));
        connect(choice, &QComboBox::currentIndexChanged, this, &SchemaForm::edited);
        return choice;
    }
    const bool isLongText = p.kind == ParameterKind::Text && p.maxLength.value_or(0) > 120;
    if (p.kind == ParameterKind::Object || isLongText) {
        auto* edit = new QPlainTextEdit;
        edit->setTabChangesFocus(true);
        edit->setFixedHeight(64);
        connect(edit, &QPlainTextEdit::textChanged, this, &SchemaForm::edited);
        return edit;
    }
    auto* line = new QLineEdit;
    if (p.kind == ParameterKind::Integer || p.kind == ParameterKind::Number || p.kind == ParameterKind::Date)
        line->setMaximumWidth(180);
    connect(line, &QLineEdit::textChanged, this, &SchemaForm::edited);
    return line;
}

void SchemaForm::setValues(const Json& values) {
    for (const Field& field : m_fields) {
        const Json value = values.is_object() ? values.value(field.parameter.name, Json()) : Json();
        if (auto* box = qobject_cast<QCheckBox*>(field.editor))
            box->setChecked(value.is_boolean() && value.get<bool>());
        else if (auto* choice = qobject_cast<QComboBox*>(field.editor))
            choice->setCurrentIndex(std::max(0, choice->findData(textOfValue(value))));
        else if (auto* edit = qobject_cast<QPlainTextEdit*>(field.editor))
            edit->setPlainText(textOfValue(value));
        else if (auto* line = qobject_cast<QLineEdit*>(field.editor))
            line->setText(textOfValue(value));
    }
}

Json SchemaForm::values() const {
    Json result = Json::object();
    for (const Field& field : m_fields) {
        const std::string& name = field.parameter.name;
        if (auto* box = qobject_cast<QCheckBox*>(field.editor)) {
            result[name] = box->isChecked();
            continue;
        }
        QString text;
        if (auto* choice = qobject_cast<QComboBox*>(field.editor))
            text = choice->currentData().toString();
        else if (auto* edit = qobject_cast<QPlainTextEdit*>(field.editor))
            text = edit->toPlainText();
        else if (auto* line = qobject_cast<QLineEdit*>(field.editor))
            text = line->text();
        if (!text.isEmpty())
            result[name] = valueOf(field.parameter, text);
    }
    return result;
}

bool SchemaForm::check() {
    const auto checked = m_schema.validate(values());
    showErrors(checked ? std::vector<core::base::FieldError>() : checked.error().fields);
    return checked.has_value();
}

std::vector<core::base::FieldError> SchemaForm::showErrors(const std::vector<core::base::FieldError>& errors) {
    return m_grid->showErrors(errors);
}

bool SchemaForm::focusFirstError() {
    return m_grid->focusFirstError();
}

QWidget* SchemaForm::editorOf(const std::string& name) const {
    return m_grid->editorOf(name);
}

QString SchemaForm::errorOf(const std::string& name) const {
    return m_grid->errorOf(name);
}

} // namespace ui::dialogs
