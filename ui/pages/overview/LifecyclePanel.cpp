#include "ui/pages/overview/LifecyclePanel.h"

#include "ui/style/Format.h"
#include "ui/style/Icons.h"
#include "ui/style/Words.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QPainter>

namespace ui::pages::overview {

using core::task::TaskState;

StateTile::StateTile(TaskState state, QWidget* parent) : QAbstractButton(parent), m_state(state) {
    setCursor(Qt::PointingHandCursor);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setToolTip(style::meaning(state));
    set(0, std::nullopt);
}

void StateTile::set(int64_t count, std::optional<double> rate) {
    const QString countText = style::count(count);
    const QString rateText = rate ? tr("%1 / min").arg(QLocale().toString(*rate, 'f', 1)) : QString();
    if (countText == m_count && rateText == m_rate)
        return;
    m_count = countText;
    m_rate = rateText;
    setAccessibleName(tr("%1: %2 tasks").arg(style::word(m_state), countText));
    update();
}

void StateTile::paintEvent(QPaintEvent*) {
    const style::Theme& theme = style::themeOf(this);
    const QColor mark = theme.state(m_state);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(hasFocus() ? QPen(theme.accent, 2) : QPen(underMouse() ? mark : theme.border, 1));
    painter.setBrush(theme.cardAlternate);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
    painter.setPen(Qt::NoPen);
    painter.setBrush(mark);
    painter.drawRoundedRect(QRectF(1, 8, 3, height() - 16), 1.5, 1.5);
    const QRect inner = rect().adjusted(13, 7, -10, -7);
    painter.drawPixmap(inner.left(), inner.top() + 1,
                       style::iconPixmap(style::iconName(m_state), mark, 14, devicePixelRatioF()));
    QFont font = this->font();
    font.setPointSizeF(8.5);
    painter.setFont(font);
    painter.setPen(theme.textMuted);
    painter.drawText(inner.adjusted(20, 0, 0, 0), Qt::AlignLeft | Qt::AlignTop, style::word(m_state));
    painter.drawText(inner, Qt::AlignRight | Qt::AlignBottom, m_rate);
    font.setPointSizeF(14);
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(theme.text);
    painter.drawText(inner.adjusted(0, 0, 0, 3), Qt::AlignLeft | Qt::AlignBottom, m_count);
}

LifecyclePanel::LifecyclePanel(QWidget* parent) : QWidget(parent) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(22);
    for (const TaskState state : core::task::kAllStates) {
        auto* tile = new StateTile(state, this);
        m_tiles[size_t(state)] = tile;
        connect(tile, &StateTile::clicked, this, [this, state] { Q_EMIT chosen(state); });
    }
    using S = TaskState;
    for (const TaskState state : {S::Scheduled, S::Pending, S::Started, S::Success, S::Retry, S::Failure, S::Revoked})
        row->addWidget(m_tiles[size_t(state)]);
}

void LifecyclePanel::set(TaskState state, int64_t count, std::optional<double> rate) {
    m_tiles[size_t(state)]->set(count, rate);
}

void LifecyclePanel::paintArrow(QPainter& painter, const QWidget* from, const QWidget* to) const {
    const double y = from->geometry().center().y();
    const double left = from->geometry().right() + 5, right = to->geometry().left() - 4;
    painter.drawLine(QPointF(left, y), QPointF(right, y));
    painter.drawPolyline(QPolygonF{{right - 4, y - 4}, {right, y}, {right - 4, y + 4}});
}

void LifecyclePanel::paintEvent(QPaintEvent*) {
    const style::Theme& theme = style::themeOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.borderStrong, 1.4));
    using S = TaskState;
    paintArrow(painter, m_tiles[size_t(S::Scheduled)], m_tiles[size_t(S::Pending)]);
    paintArrow(painter, m_tiles[size_t(S::Pending)], m_tiles[size_t(S::Started)]);
    paintArrow(painter, m_tiles[size_t(S::Started)], m_tiles[size_t(S::Success)]);
    // The four ways out of `started` stand side by side: dots say "or".
    painter.setBrush(theme.borderStrong);
    painter.setPen(Qt::NoPen);
    for (const auto& [left, right] : {std::pair{S::Success, S::Retry}, {S::Retry, S::Failure}, {S::Failure, S::Revoked}}) {
        const QRect a = m_tiles[size_t(left)]->geometry(), b = m_tiles[size_t(right)]->geometry();
        painter.drawEllipse(QPointF((a.right() + b.left()) / 2.0, a.center().y()), 1.8, 1.8);
    }
}

} // namespace ui::pages::overview
