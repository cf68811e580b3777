#include "ui/window/CrisisBanner.h"

#include "ui/style/Format.h"
#include "ui/style/Icons.h"
#include "ui/style/Words.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace ui::window {

namespace {

QPushButton* actionButton(ActionRegistry& actions, const QString& id, QWidget* parent) {
    QAction* action = actions.find(id);
    auto* button = new QPushButton(action->text(), parent);
    button->setAccessibleName(action->text());
    QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
    return button;
}

} // namespace

CrisisBanner::CrisisBanner(ConsoleContext& context, QWidget* parent)
    : QFrame(parent), m_context(context), m_headline(new QLabel), m_details(new QLabel) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(52, 8, 16, 8);
    row->setSpacing(12);
    auto* words = new QVBoxLayout;
    words->setSpacing(1);
    for (QLabel* label : {m_headline, m_details}) {
        label->setTextFormat(Qt::PlainText);
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        words->addWidget(label);
    }
    m_headline->setProperty("role", "crisis");
    row->addLayout(words, 1);
    row->addWidget(actionButton(context.actions, QStringLiteral("crisis.recovery"), this));
    row->addWidget(actionButton(context.actions, QStringLiteral("crisis.deactivate"), this));
    connect(&context.programme, &models::ProgrammeWatch::changed, this, &CrisisBanner::refresh);
    connect(&context.feed, &models::EngineFeed::secondPassed, this, [this] {
        if (isVisible())
            refresh();
    });
    refresh();
}

void CrisisBanner::refresh() {
    const core::programme::CrisisStatus& crisis = m_context.programme.crisis();
    setVisible(crisis.active);
    if (!crisis.active)
        return;
    layout()->activate();
    const core::base::Instant now = m_context.engine.clock().now();
    const QString by = crisis.approvedBy.empty() ? style::toQString(crisis.requestedBy)
                                                 : tr("%1, approved by %2").arg(style::toQString(crisis.requestedBy),
                                                                                style::toQString(crisis.approvedBy));
    m_headline->setText(tr("Crisis: %1 — %2").arg(style::sentence(crisis.severity), style::toQString(crisis.reason)));
    m_headline->setToolTip(style::toQString(crisis.reason));
    QStringList shed;
    for (const std::string& activity : crisis.suspended)
        shed << style::toQString(activity);
    const QString details = tr("Since %1 (%2) by %3 · load shedding level %4 · suspended: %5")
                           .arg(style::localTime(crisis.activatedAt, now), style::ago(crisis.activatedAt, now), by)
                           .arg(crisis.shedLevel)
                                .arg(shed.isEmpty() ? tr("nothing") : shed.join(QStringLiteral(", ")));
    m_details->setText(m_details->fontMetrics().elidedText(details, Qt::ElideRight, m_details->width()));
    m_details->setToolTip(details);
}

void CrisisBanner::paintEvent(QPaintEvent*) {
    const style::Theme::Pair& bad = style::themeOf(this).tone(style::Tone::Bad);
    QPainter painter(this);
    painter.fillRect(rect(), bad.ground);
    painter.fillRect(QRect(0, 0, 5, height()), bad.text);
    painter.drawPixmap(16, (height() - 24) / 2,
                       style::iconPixmap(QStringLiteral("siren"), bad.text, 24, devicePixelRatioF()));
}

} // namespace ui::window
