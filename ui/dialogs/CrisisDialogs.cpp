#include "ui/dialogs/CrisisDialogs.h"

#include "ui/delegates/Table.h"
#include "ui/dialogs/ShedPreview.h"
#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace ui::dialogs {

using core::programme::CrisisStatus;
using style::toQString;

namespace {

constexpr int kShortestDeactivationReason = 10;
constexpr int kLongestDeactivationReason = 500;
constexpr const char* kDeactivation = "resilience_crisis_deactivation";

void addRecovery(QVBoxLayout* column, const CrisisStatus& crisis) {
    column->addWidget(plainLabel(PreviewSheddingDialog::tr("Recovery order"), "title"));
    const QStringList steps = recoveryOrder(crisis);
    if (steps.isEmpty())
        column->addWidget(plainLabel(PreviewSheddingDialog::tr("Nothing was suspended."), "muted"));
    for (const QString& step : steps) {
        QLabel* label = plainLabel(step);
        label->setWordWrap(true);
        column->addWidget(label);
    }
}

std::vector<models::Column<CrisisStatus>> crisisColumns(const core::base::Clock& clock) {
    using C = models::Column<CrisisStatus>;
    const auto time = [&clock](core::base::Instant at) { return style::localTime(at, clock.now()); };
    return {
        C{"state", CrisisLogDialog::tr("State"), 110, models::Align::Left,
          [](const CrisisStatus& c) { return c.active ? CrisisLogDialog::tr("Active") : CrisisLogDialog::tr("Resolved"); },
          {},
          [](const CrisisStatus& c, int role) {
              if (role == models::ToneRole)
                  return QVariant(int(c.active ? style::Tone::Bad : style::Tone::Good));
              return role == models::IconRole ? QVariant(c.active ? QStringLiteral("siren") : QStringLiteral("check"))
                                              : QVariant();
          }},
        C{"severity", CrisisLogDialog::tr("Severity"), 90, models::Align::Left,
          [](const CrisisStatus& c) { return style::sentence(c.severity); }, {}, {}},
        C{"level", CrisisLogDialog::tr("Shed level"), 110, models::Align::Left,
          [](const CrisisStatus& c) { return QStringLiteral("%1 %2").arg(c.shedLevel).arg(toQString(c.shedName)); }, {}, {}},
        C{"activated", CrisisLogDialog::tr("Activated"), 126, models::Align::Left,
          [time](const CrisisStatus& c) { return time(c.activatedAt); },
          [](const CrisisStatus& c) { return QVariant(qlonglong(c.activatedAt.time_since_epoch().count())); },
          [](const CrisisStatus& c, int role) {
              return role == Qt::ToolTipRole ? QVariant(style::exactTime(c.activatedAt)) : QVariant();
          }},
        C{"deactivated", CrisisLogDialog::tr("Deactivated"), 126, models::Align::Left,
          [time](const CrisisStatus& c) { return c.deactivatedAt ? time(*c.deactivatedAt) : style::dash(); }, {},
          [](const CrisisStatus& c, int role) {
              if (role != Qt::ToolTipRole)
                  return QVariant();
              return QVariant(c.deactivatedAt ? style::exactTime(*c.deactivatedAt) : CrisisLogDialog::tr("still active"));
          }},
        C{"approver", CrisisLogDialog::tr("Approved by"), 120, models::Align::Left,
          [](const CrisisStatus& c) { return c.approvedBy.empty() ? style::dash() : toQString(c.approvedBy); }, {}, {}},
        C{"reason", CrisisLogDialog::tr("Reason"), 240, models::Align::Left,
          [](const CrisisStatus& c) { return toQString(c.reason); }, {},
          [](const CrisisStatus& c, int role) { return role == Qt::ToolTipRole ? QVariant(toQString(c.reason)) : QVariant(); }},
    };
}

} // namespace

QStringList recoveryOrder(const CrisisStatus& crisis) {
    QStringList steps;
    int number = 1;
    // Shed last comes back first: the protected categories before the optional ones.
    for (auto activity = crisis.suspended.rbegin(); activity != crisis.suspended.rend(); ++activity)
        steps << QStringLiteral("%1.  %2").arg(number++).arg(toQString(*activity));
    return steps;
}

DeactivateCrisisDialog::DeactivateCrisisDialog(window::ConsoleContext& context, QWidget* parent)
    : CrisisTaskDialog(tr("Deactivate crisis response"),
                       tr("Restores what was suspended, resolves the crisis and writes the audit record."), parent),
      m_context(context), m_reason(new QPlainTextEdit), m_approver(new QLineEdit),
      m_reasonCount(plainLabel({}, "muted")) {
    resize(560, 480);
    const CrisisStatus& crisis = context.programme.crisis();
    QLabel* which = plainLabel(tr("%1 crisis since %2: %3")
                                   .arg(style::sentence(crisis.severity), style::exactTime(crisis.activatedAt).section(QLatin1Char('\n'), 0, 0),
                                        toQString(crisis.reason)));
    which->setWordWrap(true);
    body()->addWidget(which);
    addRecovery(body(), crisis);
    auto* head = new QHBoxLayout;
    head->addWidget(plainLabel(tr("Reason *"), "title"));
    head->addStretch(1);
    head->addWidget(m_reasonCount);
    body()->addLayout(head);
    m_reason->setObjectName(QStringLiteral("reason"));
    m_reason->setAccessibleName(tr("Reason, required, at least 10 characters"));
    m_reason->setTabChangesFocus(true);
    m_reason->setFixedHeight(60);
    body()->addWidget(m_reason);
    body()->addWidget(plainLabel(tr("Approved by *"), "title"));
    m_approver->setObjectName(QStringLiteral("approver"));
    m_approver->setAccessibleName(tr("Approved by, required"));
    m_approver->setText(context.settings.get(window::keys::lastApprover));
    body()->addWidget(m_approver);
    body()->addStretch(1);
    m_verb = addVerb(tr("Deactivate"), VerbKind::Primary);
    connect(m_verb, &QPushButton::clicked, this, &DeactivateCrisisDialog::submit);
    connect(m_reason, &QPlainTextEdit::textChanged, this, &DeactivateCrisisDialog::refreshFields);
    connect(m_approver, &QLineEdit::textChanged, this, &DeactivateCrisisDialog::refreshFields);
    refreshFields();
    m_reason->setFocus();
}

void DeactivateCrisisDialog::refreshFields() {
    const int length = int(m_reason->toPlainText().trimmed().toUcs4().size());
    m_reasonCount->setText(length < kShortestDeactivationReason
                               ? tr("%1 of at least %2 characters").arg(length).arg(kShortestDeactivationReason)
                               : tr("%1 of %2 characters").arg(length).arg(kLongestDeactivationReason));
    m_verb->setEnabled(m_phase == Phase::Editing && length >= kShortestDeactivationReason &&
                       length <= kLongestDeactivationReason && !m_approver->text().trimmed().isEmpty());
    m_verb->setText(m_phase == Phase::Running ? tr("Deactivating…") : tr("Deactivate"));
}

void DeactivateCrisisDialog::submit() {
    m_context.settings.set(window::keys::lastApprover, m_approver->text().trimmed());
    core::base::Json params = core::base::Json::object();
    params["reason"] = m_reason->toPlainText().trimmed().toStdString();
    params["approved_by"] = m_approver->text().trimmed().toStdString();
    run(m_context, kDeactivation, params);
}

void DeactivateCrisisDialog::enter(Phase phase) {
    m_phase = phase;
    refreshFields();
}

PreviewSheddingDialog::PreviewSheddingDialog(window::ConsoleContext& context, QWidget* parent)
    : Dialog(tr("Preview load shedding"), tr("What each severity would suspend. Nothing is changed."), parent) {
    resize(640, 520);
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    auto* group = new QButtonGroup(this);
    auto* preview = new ShedPreview(context, this);
    for (const SeverityChoice& choice : severityChoices()) {
        auto* button = new QToolButton;
        button->setText(choice.name);
        button->setToolTip(choice.effect);
        button->setCheckable(true);
        button->setProperty("role", "segment");
        button->setFocusPolicy(Qt::StrongFocus);
        group->addButton(button);
        row->addWidget(button);
        connect(button, &QToolButton::clicked, preview, [preview, code = choice.code] { preview->showSeverity(code); });
    }
    row->addStretch(1);
    body()->addLayout(row);
    body()->addWidget(preview, 1);
    cancelButton()->setText(tr("Close"));
    group->buttons().at(1)->click();
}

RecoveryPlanDialog::RecoveryPlanDialog(window::ConsoleContext& context, QWidget* parent)
    : Dialog(tr("Recovery plan"),
             tr("When the crisis ends, suspended activities come back in this order: the most protected first."),
             parent) {
    resize(480, 320);
    addRecovery(body(), context.programme.crisis());
    body()->addStretch(1);
    cancelButton()->setText(tr("Close"));
}

CrisisLogDialog::CrisisLogDialog(window::ConsoleContext& context, QWidget* parent)
    : Dialog(tr("Crisis log"), tr("Every crisis response of this programme, newest first."), parent) {
    resize(980, 420);
    auto* model = new models::SmallTable<CrisisStatus>(
        crisisColumns(context.engine.clock()), [](const CrisisStatus& crisis) { return toQString(crisis.id); }, this);
    auto* table = new delegates::Table(tr("Crises"), delegates::Sorting::Off);
    table->setModel(model);
    table->applyColumns(model->columns(), int(model->columns().size()) - 1);
    table->setEmptyText(tr("Reading the log…"));
    body()->addWidget(table, 1);
    cancelButton()->setText(tr("Close"));
    context.calls.call(
        this, [](core::engine::Engine& engine) { return engine.programme().crisisLog(200); },
        [this, model, table](const core::base::Result<std::vector<CrisisStatus>>& log) {
            table->setEmptyText(tr("There was no crisis yet."));
            if (log)
                model->setRows(*log);
            else
                setProblem(style::errorText(log.error()));
        });
}

} // namespace ui::dialogs
