#pragma once

#include <QIcon>
#include <QString>

class QColor;

namespace ui::style {

/// Thread: gui. One of our own line drawings (resources/icons, 24 × 24) in a colour; a null icon for an unknown name.
QIcon icon(const QString& name, const QColor& color, const QColor& disabled);
QIcon icon(const QString& name, const QColor& color);
QPixmap iconPixmap(const QString& name, const QColor& color, int size, double devicePixelRatio);

} // namespace ui::style
