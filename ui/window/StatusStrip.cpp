#include "ui/window/StatusStrip.h"

#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QHBoxLayout>
#include <QPainter>

namespace ui::window {

using style::Tone;

namespace {

QString ageLine(const std::optional<core::base::Instant>& at, core::base::Instant now) {
    return at ? StatusStrip::tr("Computed %1\n%2").arg(style::ago(*at, now), style::exactTime(*at)) : QString();
}

QString unknown(const std::string& reason, const QString& fallback) {
    return StatusStrip::tr("Not known: %1").arg(reason.empty() ? fallback : style::toQString(reason));
}

/// Good at or above `good`, caution at or above `fair`, else bad.
Tone graded(double value, double good, double fair) {
    return value >= good ? Tone::Good : value >= fair ? Tone::Caution : Tone::Bad;
}

void showFigure(StripCell* cell, const core::programme::Figure& figure, core::base::Instant now, const QString& text,
                Tone tone, const QString& explanation) {
    if (!figure.value) {
        cell->set(style::dash(), Tone::Neutral,
                  explanation + QLatin1Char('\n') + unknown(figure.reason, StatusStrip::tr("not computed yet")));
        return;
    }
    cell->set(text, tone, explanation + QLatin1Char('\n') + ageLine(figure.at, now));
}

QString verdict(const std::optional<bool>& pass) {
    return !pass ? style::dash() : *pass ? StatusStrip::tr("Pass") : StatusStrip::tr("Fail");
}

QString verdictLine(const QString& name, const std::optional<bool>& pass) {
    return !pass ? StatusStrip::tr("%1: not evaluated").arg(name)
                 : *pass ? StatusStrip::tr("%1: passes").arg(name) : StatusStrip::tr("%1: fails").arg(name);
}

} // namespace

StatusStrip::StatusStrip(ConsoleContext& context, QWidget* parent) : QFrame(parent), m_context(context) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    m_engine = addCell(tr("Engine"), QStringLiteral("workers"));
    m_health = addCell(tr("Health"), QStringLiteral("programme"));
    m_defense = addCell(tr("Defense level"), QStringLiteral("programme"));
    m_utilization = addCell(tr("Utilization"), QStringLiteral("programme"));
    m_contingency = addCell(tr("N-1 / N-2"), QStringLiteral("programme"));
    m_coverage = addCell(tr("Coverage"), QStringLiteral("programme"));
    m_compliance = addCell(tr("Compliance"), QStringLiteral("programme"));
    m_fairness = addCell(tr("Fairness"), QStringLiteral("programme"));
    m_workers = addCell(tr("Workers busy"), QStringLiteral("workers"));
    m_shedding = addCell(tr("Load shedding"), QStringLiteral("programme"));
    connect(&context.feed, &models::EngineFeed::secondPassed, this, &StatusStrip::refresh);
    connect(&context.programme, &models::ProgrammeWatch::changed, this, &StatusStrip::refresh);
    refresh();
}

StripCell* StatusStrip::addCell(const QString& caption, const QString& page) {
    auto* cell = new StripCell(caption);
    layout()->addWidget(cell);
    connect(cell, &StripCell::clicked, this, [this, page] { m_context.navigator.showPage(page); });
    return cell;
}

void StatusStrip::refresh() {
    const core::base::Instant now = m_context.engine.clock().now();
    showEngine(now);
    showLevels(now);
    showFigures(now);
}

void StatusStrip::showEngine(core::base::Instant now) {
    const core::engine::EngineStatus status = m_context.engine.status();
    QStringList troubles;
    if (status.eager)
        troubles << tr("Eager mode: tasks run in this process when they are submitted, one at a time and without limits");
    if (!status.store.ok())
        troubles << style::toQString(status.store.message) << style::toQString(status.store.remedy);
    for (const auto& loop : status.loops)
        if (!loop.lastError.empty())
            troubles << tr("%1: %2").arg(style::toQString(loop.name), style::toQString(loop.lastError));
    const bool full = status.store.state == core::store::StoreState::DiskFull;
    const QString state = status.stopping       ? tr("Stopping")
                          : full                ? tr("Disk full")
                          : !status.store.ok()  ? tr("Cannot store")
                          : status.eager        ? tr("Eager mode")
                          : troubles.isEmpty()  ? tr("Running")
                                                : tr("Troubled");
    const Tone tone = status.stopping      ? Tone::Caution
                      : !status.store.ok() ? Tone::Critical
                      : troubles.isEmpty() ? Tone::Good
                                           : Tone::Warning;
    m_engine->set(state, tone,
                  tr("Embedded engine, version %1, owner epoch %2\nRunning since %3\nLast commit took %4\n%5")
                      .arg(style::toQString(status.version))
                      .arg(status.epoch)
                      .arg(style::exactTime(status.startedAt), style::duration(status.commitMs / 1000),
                           troubles.join(QLatin1Char('\n')))
                      .trimmed());
    int busy = 0;
    for (const auto& worker : status.workers)
        busy += worker.state == core::worker::WorkerState::Busy;
    m_workers->set(tr("%1 / %2").arg(busy).arg(std::max(status.workerLimit, int(status.workers.size()))),
                   busy > 0 ? Tone::Accent : Tone::Neutral,
                   tr("Worker processes alive: %1").arg(status.workers.size()) + QLatin1Char('\n') +
                       tr("As of %1").arg(style::localTime(now, now)));
}

void StatusStrip::showLevels(core::base::Instant now) {
    const core::programme::Pulse& pulse = m_context.programme.pulse();
    const QString none = tr("no health check yet");
    if (pulse.status.empty())
        m_health->set(style::dash(), Tone::Neutral, unknown({}, none));
    else
        m_health->set(style::sentence(pulse.status), style::toneOfHealth(pulse.status),
                      tr("Health of the programme") + QLatin1Char('\n') + ageLine(pulse.utilization.at, now));
    static constexpr std::array kDefenseTones{Tone::Neutral, Tone::Good,    Tone::Caution,
                                              Tone::Warning, Tone::Bad,     Tone::Critical};
    if (pulse.defenseLevel <= 0 || pulse.defenseLevel > 5)
        m_defense->set(style::dash(), Tone::Neutral, unknown({}, none));
    else
        m_defense->set(tr("%1 %2").arg(pulse.defenseLevel).arg(style::sentence(QString::fromStdString(pulse.defenseName).toLower().toStdString())),
                       kDefenseTones[size_t(pulse.defenseLevel)],
                       tr("Defense in depth, level %1 of 5").arg(pulse.defenseLevel) + QLatin1Char('\n') +
                           ageLine(pulse.coverage.at, now));
    const bool fails = (pulse.n1Pass && !*pulse.n1Pass) || (pulse.n2Pass && !*pulse.n2Pass);
    m_contingency->set(tr("%1 / %2").arg(verdict(pulse.n1Pass), verdict(pulse.n2Pass)),
                       !pulse.n1Pass ? Tone::Neutral : fails ? Tone::Bad : Tone::Good,
                       verdictLine(tr("Loss of any one faculty member (N-1)"), pulse.n1Pass) + QLatin1Char('\n') +
                           verdictLine(tr("Loss of any two (N-2)"), pulse.n2Pass) + QLatin1Char('\n') +
                           (pulse.contingencyAt ? ageLine(pulse.contingencyAt, now)
                                                : unknown({}, tr("no contingency analysis yet"))));
    const auto& crisis = m_context.programme.crisis();
    static constexpr std::array kShedNames{"NORMAL", "YELLOW", "ORANGE", "RED", "BLACK", "CRITICAL"};
    const int level = std::clamp(pulse.loadSheddingLevel, 0, 5);
    m_shedding->set(tr("%1 %2").arg(level).arg(style::sentence(QString::fromLatin1(kShedNames[size_t(level)]).toLower().toStdString())),
                    level == 0 ? Tone::Good : style::toneOfLevel(kShedNames[size_t(level)]),
                    crisis.active ? tr("In force since the crisis of %1").arg(style::exactTime(crisis.activatedAt))
                                  : tr("Nothing is shed"));
}

void StatusStrip::showFigures(core::base::Instant now) {
    const core::programme::Pulse& p = m_context.programme.pulse();
    const auto valueOf = [](const core::programme::Figure& figure) { return figure.value.value_or(0); };
    showFigure(m_utilization, p.utilization, now,
               p.utilizationLevel.empty()
                   ? style::percentOfRatio(valueOf(p.utilization))
                   : tr("%1 %2").arg(style::percentOfRatio(valueOf(p.utilization)),
                                     style::sentence(QString::fromStdString(p.utilizationLevel).toLower().toStdString())),
               style::toneOfLevel(p.utilizationLevel), tr("Required work over available capacity, next 7 days"));
    showFigure(m_coverage, p.coverage, now, style::percentOfRatio(valueOf(p.coverage)),
               graded(valueOf(p.coverage), 0.95, 0.85), tr("Covered requirements, next 7 days"));
    showFigure(m_compliance, p.compliance, now, style::percent(valueOf(p.compliance)),
               graded(valueOf(p.compliance), 100, 90), tr("Duty-hour rules kept"));
    showFigure(m_fairness, p.fairness, now, style::fairness(valueOf(p.fairness)),
               graded(valueOf(p.fairness), 0.90, 0.75), tr("1 − Gini of the load: 1 is perfectly even"));
}

void StatusStrip::paintEvent(QPaintEvent*) {
    const style::Theme& theme = style::themeOf(this);
    QPainter painter(this);
    painter.fillRect(rect(), theme.card);
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.border);
    painter.fillRect(QRect(0, 0, width(), 1), theme.border);
}

} // namespace ui::window
