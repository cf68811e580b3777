#include "ui/delegates/Badge.h"

#include "ui/style/Icons.h"

#include <QPainter>

namespace ui::delegates {

namespace {
constexpr int kSide = 8;
constexpr int kIcon = 13;
constexpr int kGap = 5;
} // namespace

void paintBadge(QPainter& painter, const QRect& cell, const QString& text, const QString& icon, style::Tone tone,
                const style::Theme& theme) {
    const style::Theme::Pair& colours = theme.tone(tone);
    const QFontMetrics metrics = painter.fontMetrics();
    const int iconSpace = icon.isEmpty() ? 0 : kIcon + kGap;
    const int height = std::min(cell.height() - 4, metrics.height() + 5);
    const int width = std::min(cell.width(), metrics.horizontalAdvance(text) + 2 * kSide + iconSpace);
    const QRect pill(cell.left(), cell.top() + (cell.height() - height) / 2, width, height);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colours.ground);
    painter.drawRoundedRect(pill, height / 2.0, height / 2.0);
    if (!icon.isEmpty())
        painter.drawPixmap(pill.left() + kSide - 1, pill.top() + (height - kIcon) / 2,
                           style::iconPixmap(icon, colours.text, kIcon, painter.device()->devicePixelRatioF()));
    painter.setPen(colours.text);
    const QRect words = pill.adjusted(kSide + iconSpace, 0, -kSide, 0);
    painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter, metrics.elidedText(text, Qt::ElideRight, words.width() + 1));
}

Badge::Badge(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Badge::set(const QString& text, const QString& icon, style::Tone tone) {
    if (text == m_text && icon == m_icon && tone == m_tone)
        return;
    m_text = text;
    m_icon = icon;
    m_tone = tone;
    setAccessibleName(text);
    updateGeometry();
    update();
}

QSize Badge::sizeHint() const {
    return {fontMetrics().horizontalAdvance(m_text) + 2 * kSide + (m_icon.isEmpty() ? 0 : kIcon + kGap) + 2,
            fontMetrics().height() + 9};
}

void Badge::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (!m_text.isEmpty())
        paintBadge(painter, rect(), m_text, m_icon, m_tone, style::themeOf(this));
}

} // namespace ui::delegates
