#pragma once

#include "ui/window/ConsoleContext.h"

#include <QFrame>
#include <QTimer>

#include <functional>

class QLabel;
class QPushButton;

namespace ui::window {

/// Thread: gui. One line above the pages that says what came of an action. Problems stay until dismissed and can be
/// copied; good news goes by itself.
class NoticeBar : public QFrame {
    Q_OBJECT
  public:
    explicit NoticeBar(QWidget* parent = nullptr);
    void show(NoticeKind kind, const QString& text);
    /// A line of good news that stays so long, with a button that does something about it.
    void offer(const QString& text, const Offer& offer);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    NoticeKind m_kind = NoticeKind::Done;
    QLabel* m_text;
    QPushButton* m_copy;
    QPushButton* m_offer;
    std::function<void()> m_accept; ///< what the offer's button does
    QTimer m_leave;
};

} // namespace ui::window
