#include "ui/window/NavigationRail.h"

#include "ui/style/Icons.h"
#include "ui/style/Theme.h"

#include <QButtonGroup>
#include <QEvent>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

namespace ui::window {

NavigationRail::NavigationRail(QWidget* parent) : QWidget(parent), m_group(new QButtonGroup(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(2);
    column->addStretch(1);
    setFixedWidth(156);
}

void NavigationRail::addPage(const QString& id, const QString& title, const QString& icon, int number) {
    auto* button = new QToolButton;
    button->setText(QLatin1String("  ") + title);
    button->setCheckable(true);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setIconSize({20, 20});
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    button->setStyleSheet(QStringLiteral("QToolButton { padding: 8px; text-align: left; font-size: 10pt; }"
                                         "QToolButton:checked { font-weight: 600; }"));
    button->setToolTip(tr("%1 (Ctrl+%2)").arg(title).arg(number));
    button->setAccessibleName(title);
    button->setFocusPolicy(Qt::StrongFocus);
    m_group->addButton(button);
    qobject_cast<QVBoxLayout*>(layout())->insertWidget(int(m_entries.size()), button);
    m_entries.push_back({id, icon, button});
    connect(button, &QToolButton::clicked, this, [this, id] { Q_EMIT chosen(id); });
    paintIcons();
}

void NavigationRail::setCurrent(const QString& id) {
    for (const Entry& entry : m_entries)
        if (entry.id == id)
            entry.button->setChecked(true);
    paintIcons();
}

void NavigationRail::paintIcons() {
    const style::Theme& theme = style::themeOf(this);
    for (const Entry& entry : m_entries)
        entry.button->setIcon(
            style::icon(entry.icon, entry.button->isChecked() ? theme.accent : theme.textMuted, theme.textDisabled));
}

void NavigationRail::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        paintIcons();
}

void NavigationRail::paintEvent(QPaintEvent*) {
    const style::Theme& theme = style::themeOf(this);
    QPainter painter(this);
    painter.fillRect(rect(), theme.card);
    painter.fillRect(QRect(width() - 1, 0, 1, height()), theme.border);
}

} // namespace ui::window
