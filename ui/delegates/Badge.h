#pragma once

#include "ui/style/Theme.h"

#include <QString>
#include <QWidget>

class QPainter;

namespace ui::delegates {

/// A word on a tinted pill with a small icon, left in `cell` and centred in its height.
void paintBadge(QPainter& painter, const QRect& cell, const QString& text, const QString& icon, style::Tone tone,
                const style::Theme& theme);

/// Thread: gui. The same pill as a widget.
class Badge : public QWidget {
    Q_OBJECT
  public:
    explicit Badge(QWidget* parent = nullptr);
    void set(const QString& text, const QString& icon, style::Tone tone);
    QString text() const { return m_text; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QString m_text, m_icon;
    style::Tone m_tone = style::Tone::Neutral;
};

} // namespace ui::delegates
