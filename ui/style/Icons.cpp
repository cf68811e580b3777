#include "ui/style/Icons.h"

#include <QColor>
#include <QFile>
#include <QPainter>
#include <QPixmap>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace ui::style {

QPixmap iconPixmap(const QString& name, const QColor& color, int size, double devicePixelRatio) {
    const QString key = QStringLiteral("bw:%1:%2:%3:%4").arg(name, color.name()).arg(size).arg(devicePixelRatio);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QByteArray drawing = file.readAll();
    drawing.replace("currentColor", color.name().toLatin1());
    QSvgRenderer renderer(drawing);
    pixmap = QPixmap(QSize(size, size) * devicePixelRatio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter);
    painter.end();
    pixmap.setDevicePixelRatio(devicePixelRatio);
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

QIcon icon(const QString& name, const QColor& color, const QColor& disabled) {
    QIcon result;
    for (const int size : {16, 20, 24, 32}) {
        for (const double ratio : {1.0, 2.0}) {
            const QPixmap pixmap = iconPixmap(name, color, size, ratio);
            if (pixmap.isNull())
                return {};
            result.addPixmap(pixmap, QIcon::Normal);
            result.addPixmap(pixmap, QIcon::Selected);
            result.addPixmap(iconPixmap(name, disabled, size, ratio), QIcon::Disabled);
        }
    }
    return result;
}

QIcon icon(const QString& name, const QColor& color) {
    return icon(name, color, color);
}

} // namespace ui::style
