#include "ui/window/NoticeBar.h"

#include "ui/style/Icons.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

namespace ui::window {

namespace {
constexpr int kDoneStaysMs = 8'000;
}

NoticeBar::NoticeBar(QWidget* parent)
    : QFrame(parent), m_text(new QLabel), m_copy(new QPushButton(tr("Copy"))), m_offer(new QPushButton) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(44, 5, 8, 5);
    row->setSpacing(10);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* dismiss = new QPushButton(tr("Dismiss"));
    for (QPushButton* button : {m_copy, dismiss})
        button->setProperty("role", "flat");
    row->addWidget(m_text, 1);
    row->addWidget(m_copy);
    m_offer->setObjectName(QStringLiteral("offer"));
    m_offer->hide();
    row->addWidget(m_offer);
    row->addWidget(dismiss);
    connect(m_copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_text->text()); });
    connect(dismiss, &QPushButton::clicked, this, &QWidget::hide);
    connect(m_offer, &QPushButton::clicked, this, [this] {
        hide();
        if (const auto act = std::exchange(m_accept, nullptr))
            act();
    });
    m_leave.setSingleShot(true);
    connect(&m_leave, &QTimer::timeout, this, &QWidget::hide);
    hide();
}

void NoticeBar::show(NoticeKind kind, const QString& text) {
    m_kind = kind;
    m_text->setText(text);
    setAccessibleName(text);
    const bool problem = kind == NoticeKind::Problem;
    m_copy->setVisible(problem);
    m_offer->hide();
    m_accept = nullptr;
    if (problem)
        m_leave.stop();
    else
        m_leave.start(kDoneStaysMs);
    setVisible(true);
    update();
}

void NoticeBar::offer(const QString& text, const Offer& offer) {
    show(NoticeKind::Done, text);
    m_accept = offer.act;
    m_offer->setText(offer.verb);
    m_offer->show();
    m_leave.start(offer.staysMs);
}

void NoticeBar::paintEvent(QPaintEvent*) {
    const style::Theme& theme = style::themeOf(this);
    QPainter painter(this);
    const bool problem = m_kind == NoticeKind::Problem;
    const style::Theme::Pair& colours = theme.tone(problem ? style::Tone::Bad : style::Tone::Good);
    painter.fillRect(rect(), colours.ground);
    painter.drawPixmap(16, (height() - 18) / 2,
                       style::iconPixmap(problem ? QStringLiteral("warning") : QStringLiteral("check"), colours.text,
                                         18, devicePixelRatioF()));
}

} // namespace ui::window
