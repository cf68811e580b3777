#include "ui/dialogs/ShedPreview.h"

#include "ui/delegates/Table.h"
#include "ui/dialogs/Dialog.h"
#include "ui/style/Card.h"
#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QCoreApplication>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>

namespace ui::dialogs {

using core::programme::CrisisPreview;
using core::programme::ShedActivity;
using style::toQString;

namespace {

std::vector<models::Column<ShedActivity>> activityColumns() {
    using C = models::Column<ShedActivity>;
    return {
        C{"name", ShedPreview::tr("Suspended activity"), 190, models::Align::Left,
          [](const ShedActivity& a) { return toQString(a.name); }, {}, {}},
        C{"category", ShedPreview::tr("Category"), 150, models::Align::Left,
          [](const ShedActivity& a) { return ShedPreview::tr("%1 %2").arg(a.category).arg(style::sentence(a.categoryName)); },
          [](const ShedActivity& a) { return QVariant(a.category); },
          [](const ShedActivity&, int role) { return role == models::MutedRole ? QVariant(true) : QVariant(); }},
        C{"load", ShedPreview::tr("Half-days/week"), 122, models::Align::Right,
          [](const ShedActivity& a) { return QLocale().toString(a.halfDaysPerWeek, 'f', 1); },
          [](const ShedActivity& a) { return QVariant(a.halfDaysPerWeek); }, {}},
    };
}

QString beforeAfter(const std::optional<double>& before, const std::optional<double>& after) {
    const auto text = [](const std::optional<double>& value) {
        return value ? style::percentOfRatio(*value) : style::dash();
    };
    return ShedPreview::tr("%1  →  %2").arg(text(before), text(after));
}

} // namespace

std::vector<SeverityChoice> severityChoices() {
    const auto tr = [](const char* text) { return QCoreApplication::translate("ui::dialogs::ShedPreview", text); };
    return {
        {"minor", tr("Minor"), tr("Level 1 YELLOW: optional education is suspended. Early warning.")},
        {"moderate", tr("Moderate"), tr("Level 2 ORANGE: also administration and research. Automatic reassignment.")},
        {"severe", tr("Severe"), tr("Level 3 RED: also core education. Services are reduced.")},
        {"critical", tr("Critical"), tr("Level 4 BLACK: also continuity of care. Crisis communication.")},
        {"emergency", tr("Emergency"), tr("As critical, with external escalation and a single approver (override).")},
    };
}

ShedPreview::ShedPreview(window::ConsoleContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_headline(plainLabel({}, "title")), m_action(plainLabel({}, "muted")),
      m_utilization(plainLabel({})), m_coverage(plainLabel({})), m_note(plainLabel({}, "muted")),
      m_activities(new models::SmallTable<ShedActivity>(
          activityColumns(), [](const ShedActivity& a) { return toQString(a.name + "\n" + a.categoryName); }, this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    auto* card = new style::Card(tr("What it would do"));
    column->addWidget(card);
    card->body()->addWidget(m_headline);
    card->body()->addWidget(m_action);
    auto* figures = new QGridLayout;
    figures->setHorizontalSpacing(16);
    figures->addWidget(plainLabel(tr("Utilization, next 7 days"), "muted"), 0, 0);
    figures->addWidget(m_utilization, 0, 1);
    figures->addWidget(plainLabel(tr("Coverage, next 7 days"), "muted"), 1, 0);
    figures->addWidget(m_coverage, 1, 1);
    figures->setColumnStretch(1, 1);
    card->body()->addLayout(figures);
    for (QLabel* label : {m_headline, m_action, m_note})
        label->setWordWrap(true);
    auto* table = new delegates::Table(tr("Activities that would be suspended"), delegates::Sorting::Off);
    table->setModel(m_activities);
    table->applyColumns(m_activities->columns(), 0);
    table->setEmptyText(tr("Nothing would be suspended."));
    table->setMinimumHeight(170);
    card->body()->addWidget(table, 1);
    card->body()->addWidget(m_note);
}

void ShedPreview::showSeverity(const std::string& severity) {
    m_severity = severity;
    m_preview.reset();
    m_headline->setText(tr("Computing the preview…"));
    m_context.calls.call(
        this, [severity](core::engine::Engine& engine) { return engine.programme().crisisPreview(severity); },
        [this, severity](const core::base::Result<CrisisPreview>& answer) {
            if (severity == m_severity)
                take(answer);
        });
}

void ShedPreview::take(const core::base::Result<CrisisPreview>& answer) {
    if (!answer) {
        m_headline->setText(tr("No preview"));
        m_action->clear();
        m_utilization->setText(style::dash());
        m_coverage->setText(style::dash());
        m_activities->setRows({});
        m_note->setText(style::errorText(answer.error()));
        Q_EMIT arrived();
        return;
    }
    m_preview = *answer;
    double halfDays = 0;
    for (const ShedActivity& activity : answer->activities)
        halfDays += activity.halfDaysPerWeek;
    m_headline->setText(tr("Load shedding level %1, %2").arg(answer->shedLevel).arg(toQString(answer->shedName)));
    m_action->setText(style::sentence(answer->defenseAction));
    m_utilization->setText(beforeAfter(answer->utilizationBefore, answer->utilizationAfter));
    m_coverage->setText(beforeAfter(answer->coverageBefore, answer->coverageAfter));
    m_activities->setRows(answer->activities);
    const QString freed = tr("%1 half-days a week become free.").arg(QLocale().toString(halfDays, 'f', 1));
    m_note->setText(answer->unknownReason.empty() ? freed
                                                  : tr("%1 Figures not known: %2.").arg(freed, toQString(answer->unknownReason)));
    Q_EMIT arrived();
}

} // namespace ui::dialogs
