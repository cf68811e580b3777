#pragma once

#include "ui/window/EngineHolder.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;
class QVBoxLayout;

namespace ui::window {

/// Thread: gui. What the window shows while the engine starts, and why it did not start.
class StartView : public QWidget {
    Q_OBJECT
  public:
    explicit StartView(QWidget* parent = nullptr);
    void showStarting(const QString& dataDirectory);
    void showRestoring(const core::engine::RestoreOffer& offer);
    void showFailure(const StartFailure& failure, const QString& dataDirectory);

  Q_SIGNALS:
    /// The first paint is done: nothing that takes time may begin before.
    void painted();
    void retry();
    /// A person has seen what would be lost, and wants this copy.
    void restore(const core::engine::RestoreOffer& offer);
    void quit();

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void buildButtons(QVBoxLayout& column);
    void showBusy(const QString& headline, const QString& message);
    void showOffer();
    void askToRestore();

    QLabel *m_mark, *m_headline, *m_message, *m_remedy, *m_offerText, *m_place;
    QProgressBar* m_progress;
    QPushButton *m_restore, *m_retry, *m_quit;
    std::optional<core::engine::RestoreOffer> m_offer;
    bool m_painted = false;
};

} // namespace ui::window
