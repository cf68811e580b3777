#include "ui/dialogs/LaunchDialog.h"

#include "ui/dialogs/SchemaForm.h"
#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QVBoxLayout>

namespace ui::dialogs {

using style::toQString;

LaunchDialog::LaunchDialog(window::ConsoleContext& context, const std::string& type, QWidget* parent)
    : Dialog(tr("New task"), tr("It runs in a worker process and is kept until you delete the data directory."), parent),
      m_context(context) {
    setMinimumWidth(620);
    buildTypeChoice();
    buildDescription();
    buildSchedule();
    buildVerb(tr("Launch"));
    const std::string last = context.settings.get(window::keys::lastTaskType).toStdString();
    chooseType(!type.empty() ? type : last);
    if (!m_type && m_typeChoice->count() > 0)
        chooseType(m_typeChoice->itemData(0).toString().toStdString());
}

LaunchDialog::LaunchDialog(window::ConsoleContext& context, const core::task::Task& original, QWidget* parent)
    : Dialog(tr("Retry with changes"),
             tr("A new task like %1, linked to it; the original stays as it is.").arg(toQString(original.id.text)),
             parent),
      m_context(context), m_original(original) {
    setMinimumWidth(620);
    buildDescription();
    buildVerb(tr("Run again"));
    showType(context.engine.registry().find(original.type));
}

void LaunchDialog::buildTypeChoice() {
    m_typeChoice = new QComboBox;
    m_typeChoice->setAccessibleName(tr("Task type"));
    m_typeChoice->setObjectName(QStringLiteral("taskType"));
    const core::task::TaskRegistry& registry = m_context.engine.registry();
    for (const std::string& id : registry.ids())
        m_typeChoice->addItem(
            tr("%1  —  %2").arg(style::titleOf(registry.find(id), id), toQString(registry.find(id)->queue)),
            toQString(id));
    body()->addWidget(m_typeChoice);
    connect(m_typeChoice, &QComboBox::currentIndexChanged, this, [this] {
        showType(m_context.engine.registry().find(m_typeChoice->currentData().toString().toStdString()));
    });
}

void LaunchDialog::buildDescription() {
    m_description = plainLabel({});
    m_description->setWordWrap(true);
    m_facts = plainLabel({}, "muted");
    m_facts->setWordWrap(true);
    m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse);
    body()->addWidget(m_description);
    body()->addWidget(m_facts);
    m_scroll = new QScrollArea;
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->viewport()->setAutoFillBackground(false);
    body()->addWidget(m_scroll, 1);
    m_typedLabel = plainLabel({});
    m_typed = new QLineEdit;
    m_typed->setObjectName(QStringLiteral("typedConfirmation"));
    body()->addWidget(m_typedLabel);
    body()->addWidget(m_typed);
    connect(m_typed, &QLineEdit::textChanged, this, &LaunchDialog::updateVerb);
}

void LaunchDialog::buildSchedule() {
    auto* row = new QHBoxLayout;
    m_priority = new QSpinBox;
    m_priority->setRange(core::task::kLowestPriority, core::task::kHighestPriority);
    m_priority->setValue(core::task::kDefaultPriority);
    m_priority->setAccessibleName(tr("Priority, 9 is first"));
    m_priority->setToolTip(tr("0 runs last, 9 first; equal ones in the order of submission"));
    m_delay = new QSpinBox;
    m_delay->setRange(0, 7 * 24 * 3600);
    m_delay->setSuffix(tr(" s"));
    m_delay->setSpecialValueText(tr("at once"));
    m_delay->setObjectName(QStringLiteral("delay"));
    m_delay->setAccessibleName(tr("Start after so many seconds"));
    row->addWidget(plainLabel(tr("Priority")));
    row->addWidget(m_priority);
    row->addSpacing(24);
    row->addWidget(plainLabel(tr("Start")));
    row->addWidget(m_delay);
    row->addStretch(1);
    body()->addLayout(row);
}

void LaunchDialog::buildVerb(const QString& text) {
    m_verb = addVerb(text, VerbKind::Primary);
    connect(m_verb, &QPushButton::clicked, this, &LaunchDialog::submit);
}

void LaunchDialog::chooseType(const std::string& type) {
    const core::task::TaskType* found = m_context.engine.registry().find(type);
    const int index = found ? m_typeChoice->findData(toQString(found->id)) : -1;
    if (index < 0)
        return;
    if (m_typeChoice->currentIndex() == index)
        showType(found);
    m_typeChoice->setCurrentIndex(index);
}

void LaunchDialog::showType(const core::task::TaskType* type) {
    if (!type) {
        m_description->setText(m_original ? tr("This program has no task type %1.").arg(toQString(m_original->type))
                                          : tr("This program has no task types."));
        m_verb->setEnabled(false);
        return;
    }
    m_type = type;
    m_tried = false;
    setProblem({});
    m_description->setText(toQString(type->description));
    QStringList facts{tr("Runs %1 on queue %2").arg(toQString(type->celeryName), toQString(type->queue)),
                      tr("at most %1").arg(style::duration(double(type->hardLimit.count())))};
    if (!type->expectedDuration.empty())
        facts << tr("usually %1").arg(toQString(type->expectedDuration));
    facts << (type->retry.maxRetries > 0 ? tr("retried up to %1 × when it fails").arg(type->retry.maxRetries)
                                         : tr("not retried by itself"));
    m_facts->setText(facts.join(QStringLiteral(" · ")));
    m_form = new SchemaForm(type->parameters);
    m_scroll->setWidget(m_form);
    m_scroll->setMinimumHeight(std::clamp(m_form->sizeHint().height() + 24, 64, 340));
    fillForm();
    setTypedWord();
    connect(m_form, &SchemaForm::edited, this, [this] {
        if (m_tried)
            m_form->check();
        setProblem({});
    });
    updateVerb();
    adjustSize();
}

void LaunchDialog::fillForm() {
    if (m_original) {
        m_form->setValues(m_original->params);
        return;
    }
    const QString remembered = m_context.settings.get(window::keys::launchValues, toQString(m_type->id));
    const auto values = core::base::parseJson(remembered.toStdString());
    if (values && m_type->parameters.validate(*values))
        m_form->setValues(*values);
}

void LaunchDialog::setTypedWord() {
    const bool typed = m_type->danger == core::task::DangerLevel::Typed;
    m_typedLabel->setVisible(typed);
    m_typed->setVisible(typed);
    m_typed->clear();
    m_typedLabel->setText(tr("This changes the running programme. Type %1 to confirm:").arg(toQString(m_type->id)));
    m_typed->setAccessibleName(m_typedLabel->text());
}

void LaunchDialog::updateVerb() {
    const bool typed = m_type && m_type->danger == core::task::DangerLevel::Typed;
    m_verb->setEnabled(m_type && (!typed || m_typed->text() == toQString(m_type->id)));
}

void LaunchDialog::submit() {
    if (!m_type)
        return;
    m_tried = true;
    if (!m_form->check()) {
        setProblem(tr("Please correct the marked fields."));
        return;
    }
    m_verb->setEnabled(false);
    const core::base::Json params = m_form->values();
    if (m_original)
        submitRetry(params);
    else
        submitNew(params);
}

void LaunchDialog::submitNew(const core::base::Json& params) {
    m_context.settings.set(window::keys::launchValues, toQString(core::base::dumpJson(params)), toQString(m_type->id));
    m_context.settings.set(window::keys::lastTaskType, toQString(m_type->id));
    core::engine::Submission submission;
    submission.type = m_type->id;
    submission.params = params;
    submission.priority = m_priority->value();
    if (m_delay->value() > 0)
        submission.countdown = std::chrono::seconds(m_delay->value());
    m_context.calls.call(
        this,
        [submission, actor = m_context.actor](core::engine::Engine& engine) {
            return engine.tasks().submit(submission, actor);
        },
        [this](const core::base::Result<core::task::Task>& answer) { take(answer); });
}

void LaunchDialog::submitRetry(const core::base::Json& params) {
    m_context.calls.call(
        this,
        [id = m_original->id, params, actor = m_context.actor](core::engine::Engine& engine) {
            return engine.tasks().retry(id, params, actor);
        },
        [this](const core::base::Result<core::task::Task>& answer) { take(answer); });
}

void LaunchDialog::take(const core::base::Result<core::task::Task>& answer) {
    updateVerb();
    if (answer) {
        Q_EMIT launched(*answer);
        accept();
        return;
    }
    const auto elsewhere = m_form->showErrors(answer.error().fields);
    if (elsewhere.size() == answer.error().fields.size())
        setProblem(style::errorText(answer.error()));
    else
        setProblem(tr("Please correct the marked fields."));
}

} // namespace ui::dialogs
