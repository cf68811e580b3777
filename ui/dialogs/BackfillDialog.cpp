#include "ui/dialogs/BackfillDialog.h"

#include "ui/delegates/Table.h"
#include "ui/dialogs/BackfillInstants.h"
#include "ui/style/Card.h"
#include "ui/style/Format.h"
#include "ui/style/Icons.h"
#include "ui/style/Theme.h"
#include "ui/style/Words.h"

#include <QComboBox>
#include <QDateTimeEdit>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ui::dialogs {

using core::base::Instant;
using core::engine::BackfillOrder;
using core::engine::BackfillPlan;
using core::engine::BackfillResult;
using style::toQString;

namespace {

constexpr int kSettlesAfterMs = 300;

QDateTimeEdit* timeEdit(const char* objectName, const QString& accessibleName) {
    auto* edit = new QDateTimeEdit;
    edit->setObjectName(QLatin1String(objectName));
    edit->setAccessibleName(accessibleName);
    edit->setDisplayFormat(QStringLiteral("yyyy-MM-dd HH:mm"));
    edit->setButtonSymbols(QAbstractSpinBox::NoButtons);
    return edit;
}

Instant instantOf(const QDateTimeEdit* edit) {
    return Instant(core::base::milliseconds(edit->dateTime().toMSecsSinceEpoch()));
}

QDateTime toTheMinute(Instant at) {
    return QDateTime::fromMSecsSinceEpoch(
        std::chrono::floor<std::chrono::minutes>(at.time_since_epoch()).count() * 60'000);
}

QPushButton* flatButton(const QString& text, const char* objectName) {
    auto* button = new QPushButton(text);
    button->setProperty("role", "flat");
    button->setObjectName(QLatin1String(objectName));
    button->setAutoDefault(false);
    return button;
}

} // namespace

BackfillDialog::BackfillDialog(window::ConsoleContext& context, const core::engine::ScheduleEntry& entry, QWidget* parent)
    : Dialog(tr("Backfill %1").arg(toQString(entry.name)),
             tr("Makes the tasks of instants that did not fire. What fired is left out, and the schedule's own times stay as "
                "they are."),
             parent),
      m_context(context), m_entry(entry), m_form(new QWidget), m_from(timeEdit("from", tr("Begin of the window, local time"))),
      m_to(timeEdit("to", tr("End of the window, included, local time"))), m_instants(new BackfillInstants(this)),
      m_table(new delegates::Table(tr("Instants that did not fire"), delegates::Sorting::Off)), m_zone(plainLabel({}, "muted")), m_chosen(plainLabel({}, "title")),
      m_leftOut(plainLabel({}, "muted")), m_runTime(plainLabel({}, "muted")), m_warnings(new QVBoxLayout),
      m_order(new QComboBox) {
    resize(780, 640);
    auto* column = new QVBoxLayout(m_form);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    column->addLayout(buildWindow());
    auto* card = new style::Card({});
    card->useFullWidth();
    card->body()->addWidget(m_table);
    m_table->setModel(m_instants);
    m_table->applyColumns(m_instants->columns(), 2);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    column->addLayout(buildMarks());
    column->addWidget(card, 1);
    column->addLayout(buildOrder());
    m_warnings->setSpacing(4);
    column->addLayout(m_warnings);
    body()->addWidget(m_form, 1);
    m_verb = addVerb(tr("Backfill"), VerbKind::Primary);
    connect(m_verb, &QPushButton::clicked, this, &BackfillDialog::submit);
    connect(m_instants, &QAbstractItemModel::dataChanged, this, &BackfillDialog::showChoice);
    m_settle.setSingleShot(true);
    m_settle.setInterval(kSettlesAfterMs);
    connect(&m_settle, &QTimer::timeout, this, &BackfillDialog::askPlan);
    const Instant now = context.engine.clock().now();
    m_from->setFocus();
    setWindow(entry.lastFire.value_or(now - std::chrono::hours(24)), now);
}

QLayout* BackfillDialog::buildWindow() {
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(plainLabel(tr("From")));
    row->addWidget(m_from);
    row->addWidget(plainLabel(tr("to")));
    row->addWidget(m_to);
    row->addWidget(m_zone);
    const auto preset = [&](const QString& text, const char* name, std::optional<core::base::milliseconds> back) {
        QPushButton* button = flatButton(text, name);
        button->setEnabled(back || m_entry.lastFire);
        connect(button, &QPushButton::clicked, this, [this, back] {
            const Instant now = m_context.engine.clock().now();
            setWindow(back ? now - *back : *m_entry.lastFire, now);
        });
        row->addWidget(button);
    };
    preset(tr("Since it last fired"), "sinceLastFire", std::nullopt);
    preset(tr("Last 24 h"), "lastDay", std::chrono::hours(24));
    preset(tr("Last 7 days"), "lastWeek", std::chrono::hours(7 * 24));
    row->addStretch(1);
    for (QDateTimeEdit* edit : {m_from, m_to})
        connect(edit, &QDateTimeEdit::dateTimeChanged, this, [this] {
            m_plan.reset();
            setProblem({});
            m_settle.start();
            showChoice();
        });
    return row;
}

QLayout* BackfillDialog::buildMarks() {
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_chosen->setObjectName(QStringLiteral("chosen"));
    m_leftOut->setObjectName(QStringLiteral("leftOut"));
    row->addWidget(m_chosen);
    row->addWidget(m_leftOut, 1);
    for (const auto& [text, name, state] : {std::tuple{tr("Check all"), "checkAll", Qt::Checked},
                                            std::tuple{tr("Check none"), "checkNone", Qt::Unchecked}}) {
        QPushButton* button = flatButton(text, name);
        connect(button, &QPushButton::clicked, m_instants, [this, state = state] { m_instants->setAll(state); });
        row->addWidget(button);
    }
    return row;
}

QLayout* BackfillDialog::buildOrder() {
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    m_order->setObjectName(QStringLiteral("order"));
    m_order->setAccessibleName(tr("How the tasks run"));
    m_order->addItem(tr("One after another, oldest first"), int(BackfillOrder::OneAfterAnother));
    m_order->setItemData(0, tr("Each begins when the one before has succeeded. When one fails, those behind it are revoked;\n"
                               "another backfill makes up for them."),
                         Qt::ToolTipRole);
    m_order->addItem(tr("Side by side, at the lowest priority"), int(BackfillOrder::Together));
    m_order->setItemData(1, tr("Each for itself, as the queue has room; everything else goes first."), Qt::ToolTipRole);
    m_runTime->setObjectName(QStringLiteral("runTime"));
    row->addWidget(m_order);
    row->addWidget(m_runTime, 1);
    connect(m_order, &QComboBox::currentIndexChanged, this, &BackfillDialog::showChoice);
    return row;
}

void BackfillDialog::setWindow(Instant from, Instant to) {
    m_from->setDateTime(toTheMinute(from));
    m_to->setDateTime(toTheMinute(to));
    m_settle.stop();
    askPlan();
}

void BackfillDialog::askPlan() {
    m_plan.reset();
    showChoice();
    const int number = ++m_asked;
    m_context.calls.call(
        this,
        [name = m_entry.name, from = instantOf(m_from), to = instantOf(m_to)](core::engine::Engine& engine) {
            return engine.schedules().backfillPlan(name, from, to);
        },
        [this, number](const core::base::Result<BackfillPlan>& plan) {
            m_answered = number;
            if (number == m_asked && !m_settle.isActive())
                takePlan(plan);
        });
}

void BackfillDialog::takePlan(const core::base::Result<BackfillPlan>& plan) {
    if (plan)
        m_plan = *plan;
    else
        setProblem(style::errorText(plan.error()));
    m_instants->setRows(plan ? plan->instants : std::vector<core::engine::JudgedInstant>());
    m_table->setEmptyText(plan ? tr("Nothing is missing in this window.") : tr("There is no plan for this window."));
    showWarnings(plan ? plan->warnings : std::vector<std::string>());
    showChoice();
}

void BackfillDialog::showWarnings(const std::vector<std::string>& warnings) {
    while (QLayoutItem* old = m_warnings->takeAt(0)) {
        delete old->widget();
        delete old;
    }
    for (const std::string& warning : warnings) {
        auto* line = new QWidget;
        auto* row = new QHBoxLayout(line);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(8);
        auto* mark = new QLabel;
        mark->setPixmap(style::iconPixmap(QStringLiteral("info"), style::themeOf(this).textMuted, 16, devicePixelRatioF()));
        QLabel* words = plainLabel(style::errorText({core::base::ErrorCode::InvalidParams, warning, {}, {}}));
        words->setObjectName(QStringLiteral("warning"));
        words->setWordWrap(true);
        row->addWidget(mark, 0, Qt::AlignTop);
        row->addWidget(words, 1);
        m_warnings->addWidget(line);
    }
}

QString BackfillDialog::runTimeText(int count) const {
    if (!m_plan || count == 0)
        return {};
    if (!m_plan->runTime)
        return tr("How long they take is not known: too few have run.");
    const QString one = style::duration(*m_plan->runTime);
    const QString all = style::duration(*m_plan->runTime * count);
    return order() == BackfillOrder::OneAfterAnother ? tr("One takes about %1, all of them about %2.").arg(one, all)
                                                     : tr("One takes about %1; that is %2 of work.").arg(one, all);
}

/// What is chosen, and whether it can be done.
void BackfillDialog::showChoice() {
    const QString zone = m_from->dateTime().timeZoneAbbreviation(), atTheEnd = m_to->dateTime().timeZoneAbbreviation();
    m_zone->setText(zone == atTheEnd ? zone : tr("%1 to %2").arg(zone, atTheEnd));
    const int count = m_plan ? m_instants->checkedCount() : 0;
    const bool looking = m_settle.isActive() || m_answered != m_asked;
    m_chosen->setText(m_plan    ? tr("%1 of %2 missing instants").arg(style::count(count), style::count(m_plan->missing))
                      : looking ? tr("Looking…")
                                : style::dash());
    QStringList leftOut;
    if (m_plan && m_plan->fired > 0)
        leftOut << tr("%1 fired").arg(style::count(m_plan->fired));
    if (m_plan && m_plan->coming > 0)
        leftOut << tr("%1 still to come").arg(style::count(m_plan->coming));
    if (m_plan && m_plan->damaged > 0)
        leftOut << tr("%1 not known").arg(style::count(m_plan->damaged));
    m_leftOut->setText(leftOut.isEmpty() ? QString() : tr("left out: %1").arg(leftOut.join(QStringLiteral(", "))));
    m_runTime->setText(runTimeText(count));
    m_verb->setText(count > 0 ? tr("Backfill (%1)").arg(style::count(count)) : tr("Backfill"));
    m_verb->setEnabled(count > 0 && m_phase == Phase::Choosing);
}

BackfillOrder BackfillDialog::order() const {
    return BackfillOrder(m_order->currentData().toInt());
}

void BackfillDialog::enter(Phase phase) {
    m_phase = phase;
    m_form->setEnabled(phase == Phase::Choosing);
    showChoice();
}

void BackfillDialog::submit() {
    if (!m_plan || m_phase == Phase::Making)
        return;
    core::engine::BackfillRequest request;
    request.schedule = m_entry.name;
    request.instants = m_instants->checkedInstants();
    request.order = order();
    request.definition = m_plan->definition;
    request.from = m_plan->from;
    request.to = m_plan->to;
    setProblem({});
    enter(Phase::Making);
    m_context.calls.call(
        this,
        [request, actor = m_context.actor](core::engine::Engine& engine) {
            return engine.schedules().backfill(request, actor);
        },
        [this](const core::base::Result<BackfillResult>& result) { take(result); });
}

void BackfillDialog::reject() {
    if (m_phase == Phase::Choosing)
        Dialog::reject();
}

void BackfillDialog::take(const core::base::Result<BackfillResult>& result) {
    enter(Phase::Choosing);
    if (result) {
        Q_EMIT backfilled(*result);
        accept();
        return;
    }
    setProblem(style::errorText(result.error()));
    if (result.error().code == core::base::ErrorCode::Conflict)
        askPlan(); // what was looked at is not what is there
}

} // namespace ui::dialogs
