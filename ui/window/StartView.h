#pragma once

#include "core/base/Result.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace ui::window {

/// Thread: gui. What the window shows while the engine starts, and why it did not start.
class StartView : public QWidget {
    Q_OBJECT
  public:
    explicit StartView(QWidget* parent = nullptr);
    void showStarting(const QString& dataDirectory);
    void showFailure(const core::base::Error& error, const QString& dataDirectory);

  Q_SIGNALS:
    /// The first paint is done: nothing that takes time may begin before.
    void painted();
    void retry();
    void quit();

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QLabel *m_mark, *m_headline, *m_message, *m_remedy, *m_place;
    QProgressBar* m_progress;
    QPushButton *m_retry, *m_quit;
    bool m_painted = false;
};

} // namespace ui::window
