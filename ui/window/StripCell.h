#pragma once

#include "ui/style/Theme.h"

#include <QAbstractButton>

namespace ui::window {

/// Thread: gui. One figure of the status strip: caption, value, and a mark whose shape and colour say the tone. A
/// press leads to where the figure comes from.
class StripCell : public QAbstractButton {
    Q_OBJECT
  public:
    explicit StripCell(const QString& caption, QWidget* parent = nullptr);
    void set(const QString& value, style::Tone tone, const QString& toolTip);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QFont valueFont() const;
    QString m_caption, m_value;
    style::Tone m_tone = style::Tone::Neutral;
};

} // namespace ui::window
