#include "ui/style/Card.h"

#include "ui/style/Theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>

namespace ui::style {

Card::Card(const QString& title, QWidget* parent)
    : QFrame(parent), m_outer(new QVBoxLayout(this)), m_header(new QHBoxLayout), m_body(new QVBoxLayout) {
    m_outer->setContentsMargins(12, 8, 12, 10);
    m_outer->setSpacing(4);
    m_header->setContentsMargins(0, 0, 0, 0);
    m_header->setSpacing(8);
    if (!title.isEmpty()) {
        auto* label = new QLabel(title);
        label->setProperty("role", "title");
        m_header->addWidget(label);
        m_header->addStretch(1);
        m_outer->addLayout(m_header);
    }
    m_body->setContentsMargins(0, 0, 0, 0);
    m_body->setSpacing(6);
    m_outer->addLayout(m_body, 1);
}

void Card::useFullWidth() {
    m_outer->setContentsMargins(1, 8, 1, 6);
    m_header->setContentsMargins(11, 0, 11, 0);
}

void Card::paintEvent(QPaintEvent*) {
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.border);
    painter.setBrush(theme.card);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7);
}

} // namespace ui::style
