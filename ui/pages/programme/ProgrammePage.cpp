#include "ui/pages/programme/ProgrammePage.h"

#include "ui/dialogs/Dialog.h"
#include "ui/pages/PageParts.h"
#include "ui/style/Card.h"
#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

namespace ui::pages::programme {

using core::programme::Figure;
using dialogs::plainLabel;
using style::toQString;

namespace {

/// `values` and `notes` are the shares of the second and third column.
style::Card* factCard(const QString& title, QGridLayout* grid, int values, int notes) {
    auto* card = new style::Card(title);
    grid->setHorizontalSpacing(20);
    grid->setVerticalSpacing(7);
    grid->setColumnStretch(1, values);
    grid->setColumnStretch(2, notes);
    card->body()->addSpacing(4);
    card->body()->addLayout(grid);
    card->body()->addStretch(1);
    return card;
}

QString verdictOf(const std::optional<bool>& pass) {
    return !pass ? style::dash() : *pass ? ProgrammePage::tr("Pass") : ProgrammePage::tr("Fail");
}

} // namespace

ProgrammePage::ProgrammePage(window::ConsoleContext& context, QWidget* parent)
    : Page(context, parent), m_holdings(new QGridLayout), m_figures(new QGridLayout), m_crisis(new QGridLayout),
      m_problem(plainLabel({}, "error")) {
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* content = new QWidget;
    scroll->setWidget(content);
    outer->addWidget(scroll);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(12);
    column->addWidget(pageHeader(tr("Programme"), tr("The residency data and the latest figures computed from it."),
                                 context.actions,
                                 {QStringLiteral("tools.healthCheck"), QStringLiteral("tools.contingency"),
                                  QStringLiteral("tools.metrics"), QStringLiteral("file.import")}));
    m_problem->setWordWrap(true);
    column->addWidget(m_problem);
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(factCard(tr("What it holds"), m_holdings, 1, 0), 2);
    row->addWidget(factCard(tr("Latest figures"), m_figures, 2, 3), 3);
    column->addLayout(row);
    column->addWidget(factCard(tr("Load shedding and crisis"), m_crisis, 1, 1));
    column->addStretch(1);
    connect(&context.programme, &models::ProgrammeWatch::changed, this, [this] {
        if (isVisible())
            show();
    });
}

void ProgrammePage::refresh() {
    context().programme.refresh();
    show();
}

void ProgrammePage::secondPassed(core::base::Instant) {
    show();
}

void ProgrammePage::show() {
    const auto& error = context().programme.error();
    m_problem->setVisible(error.has_value());
    m_problem->setText(error ? style::errorText(*error) : QString());
    fill(m_holdings, holdings(), Wrapping::Off);
    fill(m_figures, figures(), Wrapping::Off);
    fill(m_crisis, crisis(), Wrapping::On);
}

std::vector<ProgrammePage::Fact> ProgrammePage::holdings() const {
    const auto& stats = context().programme.stats();
    if (!stats)
        return {{tr("Reading…"), {}, {}}};
    if (!stats->present)
        return {{tr("No programme yet"), {}, {}}};
    const auto ratio = [](const std::optional<double>& value) {
        return value ? style::percentOfRatio(*value) : style::dash();
    };
    std::vector<Fact> facts{
        {tr("Name"), toQString(stats->name), {}},
        {tr("Academic year"), tr("%1 – %2").arg(style::date(stats->academicYearStart), style::date(stats->academicYearEnd)), {}},
        {tr("Time zone"), toQString(stats->zone), {}},
        {tr("Residents"), style::count(stats->residents), {}},
        {tr("Faculty"), style::count(stats->faculty), {}},
        {tr("Rotations"), style::count(stats->rotations), {}},
        {tr("Coverage requirements"), style::count(stats->requirements), {}},
        {tr("Half-days"), style::count(stats->halfDays), {}},
        {tr("Assignments"), style::count(stats->assignments), {}},
        {tr("Calls"), style::count(stats->calls), {}},
        {tr("Absences"), style::count(stats->absences), {}},
    };
    if (stats->utilizationOrdinary) {
        facts.push_back({tr("Utilization, nobody away"), ratio(stats->utilizationFull), {}});
        facts.push_back({tr("… in an ordinary week"), ratio(stats->utilizationOrdinary), {}});
        facts.push_back({tr("… three faculty away"), ratio(stats->utilizationThreeAway), {}});
    }
    return facts;
}

std::vector<ProgrammePage::Fact> ProgrammePage::figures() const {
    const core::programme::Pulse& pulse = context().programme.pulse();
    const core::base::Instant now = context().engine.clock().now();
    const auto age = [&](const std::optional<core::base::Instant>& at, const std::string& reason) {
        return at ? tr("computed %1").arg(style::ago(*at, now))
                  : reason.empty() ? tr("not computed yet") : toQString(reason);
    };
    const auto figure = [&](const QString& name, const Figure& f, auto format, const QString& word = {}) {
        const QString value = f.value ? format(*f.value) : style::dash();
        return Fact{name, word.isEmpty() || !f.value ? value : value + QLatin1String("  ") + word, age(f.value ? f.at : std::nullopt, f.reason)};
    };
    return {
        {tr("Health"), pulse.status.empty() ? style::dash() : style::sentence(pulse.status),
         age(pulse.status.empty() ? std::nullopt : pulse.utilization.at, {})},
        {tr("Defense level"),
         pulse.defenseLevel > 0 ? tr("%1 of 5  %2").arg(pulse.defenseLevel).arg(toQString(pulse.defenseName)) : style::dash(),
         age(pulse.defenseLevel > 0 ? pulse.coverage.at : std::nullopt, {})},
        figure(tr("Utilization, 7 days"), pulse.utilization, style::percentOfRatio, toQString(pulse.utilizationLevel)),
        figure(tr("Coverage, 7 days"), pulse.coverage, style::percentOfRatio),
        figure(tr("Fairness"), pulse.fairness, style::fairness),
        figure(tr("Duty-hour compliance"), pulse.compliance, style::percent),
        {tr("Loss of any one (N-1)"), verdictOf(pulse.n1Pass), age(pulse.contingencyAt, {})},
        {tr("Loss of any two (N-2)"), verdictOf(pulse.n2Pass),
         pulse.n2Pass ? age(pulse.contingencyAt, {}) : tr("not evaluated")},
        {tr("High-risk days ahead"), pulse.highRiskDays < 0 ? style::dash() : style::count(pulse.highRiskDays),
         pulse.highRiskDays < 0 ? tr("no forecast yet") : tr("of the latest forecast")},
    };
}

std::vector<ProgrammePage::Fact> ProgrammePage::crisis() const {
    const core::programme::CrisisStatus& crisis = context().programme.crisis();
    if (!crisis.active)
        return {{tr("Crisis"), tr("None"), crisis.id.empty() ? tr("there never was one")
                                                             : tr("the last one ended; see Crisis → Crisis log")},
                {tr("Suspended"), tr("Nothing"), {}}};
    QStringList suspended;
    for (const std::string& activity : crisis.suspended)
        suspended << toQString(activity);
    return {{tr("Crisis"), style::sentence(crisis.severity), toQString(crisis.reason)},
            {tr("Load shedding"), tr("Level %1 %2").arg(crisis.shedLevel).arg(toQString(crisis.shedName)),
             tr("since %1").arg(style::exactTime(crisis.activatedAt).section(QLatin1Char('\n'), 0, 0))},
            {tr("Suspended"), suspended.isEmpty() ? tr("Nothing") : suspended.join(QStringLiteral(", ")), {}},
            {tr("Approved by"), crisis.approvedBy.empty() ? style::dash() : toQString(crisis.approvedBy),
             style::sentence(crisis.approvalMethod)}};
}

void ProgrammePage::fill(QGridLayout* grid, const std::vector<Fact>& facts, Wrapping wrapping) {
    const auto labelAt = [grid, wrapping](int row, int column, const char* role) {
        if (QLayoutItem* item = grid->itemAtPosition(row, column))
            return qobject_cast<QLabel*>(item->widget());
        QLabel* label = plainLabel({}, role);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setWordWrap(column > 0 && wrapping == Wrapping::On);
        grid->addWidget(label, row, column, Qt::AlignTop);
        return label;
    };
    int row = 0;
    for (const Fact& fact : facts) {
        labelAt(row, 0, "muted")->setText(fact.name);
        labelAt(row, 1, "title")->setText(fact.value);
        labelAt(row, 2, "muted")->setText(fact.note);
        ++row;
    }
    for (; grid->itemAtPosition(row, 0); ++row)
        for (int column = 0; column < 3; ++column)
            labelAt(row, column, "muted")->clear();
}

} // namespace ui::pages::programme
