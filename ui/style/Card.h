#pragma once

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace ui::style {

/// Thread: gui. A titled panel with a thin border: what pages are made of. Margins and gaps keep to the 8 px grid.
class Card : public QFrame {
    Q_OBJECT
  public:
    explicit Card(const QString& title, QWidget* parent = nullptr);

    QVBoxLayout* body() const { return m_body; }
    /// Right of the title.
    QHBoxLayout* header() const { return m_header; }
    /// Content up to the border (tables) instead of the usual margin.
    void useFullWidth();

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QVBoxLayout* m_outer;
    QHBoxLayout* m_header;
    QVBoxLayout* m_body;
};

} // namespace ui::style
