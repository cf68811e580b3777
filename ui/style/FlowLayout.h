#pragma once

#include <QLayout>

namespace ui::style {

/// Thread: gui. Lays widgets out like words: left to right, and on the next line when the width is used up.
class FlowLayout : public QLayout {
  public:
    FlowLayout(QWidget* parent, int horizontalGap, int verticalGap);
    ~FlowLayout() override;

    void addItem(QLayoutItem* item) override;
    int count() const override { return int(m_items.size()); }
    QLayoutItem* itemAt(int index) const override;
    QLayoutItem* takeAt(int index) override;
    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSize() const override;
    void setGeometry(const QRect& rect) override;

  private:
    enum class Placing { Measure, Move };
    int place(const QRect& rect, Placing placing) const;

    const int m_horizontalGap, m_verticalGap;
    QList<QLayoutItem*> m_items;
};

} // namespace ui::style
