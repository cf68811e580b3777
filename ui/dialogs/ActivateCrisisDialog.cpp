#include "ui/dialogs/CrisisDialogs.h"

#include "ui/dialogs/ShedPreview.h"
#include "ui/style/Card.h"
#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

namespace ui::dialogs {

namespace {

constexpr int kShortestReason = 10;
constexpr int kLongestReason = 500;
constexpr const char* kActivation = "resilience_crisis_activation";

int characters(const QString& text) {
    return int(text.toUcs4().size());
}

} // namespace

ActivateCrisisDialog::ActivateCrisisDialog(window::ConsoleContext& context, QWidget* parent)
    : CrisisTaskDialog(tr("Activate crisis response"),
                       tr("One task, one transaction: load shedding, fallback, audit record and alerts together."),
                       parent),
      m_context(context), m_severities(new QButtonGroup(this)), m_reason(new QPlainTextEdit),
      m_approver(new QLineEdit), m_typed(new QLineEdit), m_reasonCount(plainLabel({}, "muted")),
      m_approverLabel(plainLabel({})), m_approverError(plainLabel({}, "error")), m_typedLabel(plainLabel({})),
      m_preview(new ShedPreview(context, this)) {
    resize(1000, 600);
    auto* sides = new QHBoxLayout;
    sides->setSpacing(24);
    auto* left = new QVBoxLayout;
    left->setSpacing(8);
    left->addWidget(buildSeverity());
    left->addWidget(buildReason());
    left->addWidget(buildApproval());
    left->addStretch(1);
    sides->addLayout(left, 9);
    sides->addWidget(m_preview, 10);
    body()->addLayout(sides, 1);
    m_verb = addVerb(tr("Activate"), VerbKind::Danger);
    connect(m_verb, &QPushButton::clicked, this, &ActivateCrisisDialog::submit);
    connect(m_preview, &ShedPreview::arrived, this, &ActivateCrisisDialog::refreshFields);
    connect(m_severities, &QButtonGroup::idToggled, this, [this](int, bool on) {
        if (on)
            severityChosen();
    });
    m_approver->setText(context.settings.get(window::keys::lastApprover));
    chooseSeverity("moderate");
}

QWidget* ActivateCrisisDialog::buildSeverity() {
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(plainLabel(tr("Severity"), "title"));
    const auto choices = severityChoices();
    for (int i = 0; i < int(choices.size()); ++i) {
        auto* radio = new QRadioButton(choices[size_t(i)].name);
        radio->setObjectName(QStringLiteral("severity.") + style::toQString(choices[size_t(i)].code));
        radio->setAccessibleDescription(choices[size_t(i)].effect);
        m_severities->addButton(radio, i);
        column->addWidget(radio);
        QLabel* effect = plainLabel(choices[size_t(i)].effect, "muted");
        effect->setWordWrap(true);
        effect->setContentsMargins(24, 0, 0, 2);
        column->addWidget(effect);
    }
    return box;
}

QWidget* ActivateCrisisDialog::buildReason() {
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto* head = new QHBoxLayout;
    head->addWidget(plainLabel(tr("Reason *"), "title"));
    head->addStretch(1);
    head->addWidget(m_reasonCount);
    column->addLayout(head);
    m_reason->setObjectName(QStringLiteral("reason"));
    m_reason->setAccessibleName(tr("Reason, required, at least 10 characters"));
    m_reason->setPlaceholderText(tr("What happened, and why the programme cannot go on as planned"));
    m_reason->setTabChangesFocus(true);
    m_reason->setFixedHeight(60);
    column->addWidget(m_reason);
    connect(m_reason, &QPlainTextEdit::textChanged, this, &ActivateCrisisDialog::refreshFields);
    return box;
}

QWidget* ActivateCrisisDialog::buildApproval() {
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    m_approverLabel->setProperty("role", "title");
    m_approver->setObjectName(QStringLiteral("approver"));
    m_approver->setAccessibleName(tr("Approved by"));
    m_typed->setObjectName(QStringLiteral("typedConfirmation"));
    column->addWidget(m_approverLabel);
    column->addWidget(m_approver);
    column->addWidget(m_approverError);
    column->addWidget(m_typedLabel);
    column->addWidget(m_typed);
    connect(m_approver, &QLineEdit::textChanged, this, &ActivateCrisisDialog::refreshFields);
    connect(m_typed, &QLineEdit::textChanged, this, &ActivateCrisisDialog::refreshFields);
    return box;
}

void ActivateCrisisDialog::chooseSeverity(const std::string& severity) {
    const auto choices = severityChoices();
    for (int i = 0; i < int(choices.size()); ++i)
        if (choices[size_t(i)].code == severity)
            m_severities->button(i)->setChecked(true);
}

std::string ActivateCrisisDialog::severity() const {
    return severityChoices()[size_t(std::max(0, m_severities->checkedId()))].code;
}

bool ActivateCrisisDialog::needsTyping() const {
    const std::string word = severity();
    return word == "severe" || word == "critical" || word == "emergency" ||
           (m_preview->preview() && m_preview->preview()->needsTypedConfirmation);
}

bool ActivateCrisisDialog::needsApprover() const {
    const std::string word = severity();
    return word == "severe" || word == "critical" || word == "emergency" ||
           (m_preview->preview() && m_preview->preview()->needsApprover);
}

core::base::Json ActivateCrisisDialog::params() const {
    core::base::Json params = core::base::Json::object();
    params["severity"] = severity();
    params["reason"] = m_reason->toPlainText().trimmed().toStdString();
    if (const QString approver = m_approver->text().trimmed(); !approver.isEmpty())
        params["approved_by"] = approver.toStdString();
    return params;
}

void ActivateCrisisDialog::severityChosen() {
    m_typed->clear();
    m_preview->showSeverity(severity());
    refreshFields();
}

/// The schema's words about one parameter, if the type is known here.
QString ActivateCrisisDialog::complaintOf(const std::string& field) const {
    const core::task::TaskType* type = m_context.engine.registry().find(kActivation);
    if (!type)
        return {};
    const auto checked = type->parameters.validate(params());
    if (checked)
        return {};
    for (const core::base::FieldError& error : checked.error().fields)
        if (error.field == field)
            return style::toQString(error.message);
    return {};
}

void ActivateCrisisDialog::refreshFields() {
    const QString reason = m_reason->toPlainText().trimmed();
    const int length = characters(reason);
    const bool reasonGood = length >= kShortestReason && length <= kLongestReason;
    m_reasonCount->setText(length < kShortestReason ? tr("%1 of at least %2 characters").arg(length).arg(kShortestReason)
                                                    : tr("%1 of %2 characters").arg(length).arg(kLongestReason));
    const bool approverGood = !needsApprover() || !m_approver->text().trimmed().isEmpty();
    m_approverLabel->setText(needsApprover() ? tr("Approved by *") : tr("Approved by"));
    const QString approverProblem =
        !approverGood && length > 0 ? tr("A %1 crisis needs an approver.").arg(style::toQString(severity()))
                                    : complaintOf("approved_by");
    m_approverError->setText(approverProblem);
    m_approverError->setVisible(!approverProblem.isEmpty() && length > 0);
    const QString word = style::toQString(severity());
    m_typedLabel->setText(tr("Type %1 to confirm:").arg(word));
    m_typed->setAccessibleName(tr("Type %1 to confirm").arg(word));
    m_typedLabel->setVisible(needsTyping());
    m_typed->setVisible(needsTyping());
    const bool typedGood = !needsTyping() || m_typed->text() == word;
    m_verb->setEnabled(m_phase == Phase::Editing && reasonGood && approverGood && typedGood);
    m_verb->setText(m_phase == Phase::Running ? tr("Activating…") : tr("Activate"));
}

void ActivateCrisisDialog::submit() {
    m_context.settings.set(window::keys::lastApprover, m_approver->text().trimmed());
    run(m_context, kActivation, params());
}

void ActivateCrisisDialog::enter(Phase phase) {
    m_phase = phase;
    refreshFields();
}

} // namespace ui::dialogs
