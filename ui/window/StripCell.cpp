#include "ui/window/StripCell.h"

#include "ui/style/Format.h"
#include "ui/style/Icons.h"

#include <QPainter>

namespace ui::window {

namespace {

QFont captionFont(QFont font) {
    font.setPointSizeF(8);
    return font;
}

QString markOf(style::Tone tone) {
    switch (tone) {
    case style::Tone::Good: return QStringLiteral("check");
    case style::Tone::Caution:
    case style::Tone::Warning: return QStringLiteral("warning");
    case style::Tone::Bad:
    case style::Tone::Critical: return QStringLiteral("siren");
    case style::Tone::Neutral:
    case style::Tone::Accent: break;
    }
    return {};
}

constexpr int kMark = 14;
constexpr int kMargin = 10;

} // namespace

StripCell::StripCell(const QString& caption, QWidget* parent)
    : QAbstractButton(parent), m_caption(caption), m_value(style::dash()) {
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAttribute(Qt::WA_Hover);
    setAccessibleName(caption);
}

void StripCell::set(const QString& value, style::Tone tone, const QString& toolTip) {
    setToolTip(toolTip);
    if (value == m_value && tone == m_tone)
        return;
    m_value = value;
    m_tone = tone;
    setAccessibleName(QStringLiteral("%1: %2").arg(m_caption, value));
    updateGeometry();
    update();
}

QFont StripCell::valueFont() const {
    QFont big = font();
    big.setPointSizeF(10.5);
    big.setWeight(QFont::DemiBold);
    return big;
}

QSize StripCell::sizeHint() const {
    const int value = QFontMetrics(valueFont()).horizontalAdvance(m_value) + (markOf(m_tone).isEmpty() ? 0 : kMark + 5);
    const int caption = QFontMetrics(captionFont(font())).horizontalAdvance(m_caption);
    return {std::max(value, caption) + 2 * kMargin, 50};
}

QSize StripCell::minimumSizeHint() const {
    return {60, 50};
}

void StripCell::paintEvent(QPaintEvent*) {
    const style::Theme& theme = style::themeOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (underMouse() || isDown()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.cardAlternate);
        painter.drawRect(rect());
    }
    painter.fillRect(QRectF(width() - 1, 10, 1, height() - 20), theme.border);
    if (hasFocus()) {
        painter.setPen(QPen(theme.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(2, 2, -3, -3), 5, 5);
    }
    const QRect inner = rect().adjusted(kMargin, 6, -4, -6);
    painter.setFont(captionFont(font()));
    painter.setPen(theme.textMuted);
    painter.drawText(inner, Qt::AlignLeft | Qt::AlignTop, painter.fontMetrics().elidedText(m_caption, Qt::ElideRight, inner.width()));
    QRect value = inner;
    if (const QString mark = markOf(m_tone); !mark.isEmpty()) {
        const QColor color = m_tone == style::Tone::Critical ? theme.tone(style::Tone::Bad).text : theme.tone(m_tone).text;
        painter.drawPixmap(inner.left(), inner.bottom() - kMark - 3,
                           style::iconPixmap(mark, color, kMark, devicePixelRatioF()));
        value.setLeft(inner.left() + kMark + 5);
    }
    painter.setFont(valueFont());
    const bool coloured = m_tone != style::Tone::Neutral && m_tone != style::Tone::Critical;
    painter.setPen(coloured ? theme.tone(m_tone).text
                            : m_tone == style::Tone::Critical ? theme.tone(style::Tone::Bad).text : theme.text);
    painter.drawText(value, Qt::AlignLeft | Qt::AlignBottom,
                     painter.fontMetrics().elidedText(m_value, Qt::ElideRight, value.width()));
}

} // namespace ui::window
