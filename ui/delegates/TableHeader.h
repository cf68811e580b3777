#pragma once

#include <QHeaderView>

namespace ui::delegates {

/// Thread: gui. The header of every table: titles aligned like their cells, a small arrow beside the one that sorts.
class TableHeader : public QHeaderView {
    Q_OBJECT
  public:
    explicit TableHeader(QWidget* parent);
    QSize sizeHint() const override;

  protected:
    void paintSection(QPainter* painter, const QRect& rect, int section) const override;
};

} // namespace ui::delegates
