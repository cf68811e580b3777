#include "ui/window/Console.h"

#include "core/engine/Engine.h"
#include "ui/window/EngineHolder.h"
#include "ui/window/MainWindow.h"

#include <QApplication>

namespace ui::window {

class Console::Implementation {
  public:
    Implementation(EngineStarter starter, ConsoleOptions options)
        : m_settings(options.dataDirectory / "console.ini"), m_appearance(*qApp),
          m_window(m_settings, m_appearance, QString::fromStdString(options.dataDirectory.string())),
          m_holder(std::move(starter), options) {
        QObject::connect(m_window.startView(), &StartView::painted, &m_holder, &EngineHolder::start);
        QObject::connect(m_window.startView(), &StartView::retry, &m_holder, [this] {
            m_window.showStarting();
            m_holder.start();
        });
        QObject::connect(m_window.startView(), &StartView::restore, &m_holder,
                         [this](const core::engine::RestoreOffer& offer) {
                             m_window.startView()->showRestoring(offer);
                             m_holder.restore(offer.file);
                         });
        QObject::connect(&m_holder, &EngineHolder::started, &m_window, [this](core::engine::Engine& engine) {
            m_window.openWorkspace(engine, m_holder.actor());
        });
        QObject::connect(&m_holder, &EngineHolder::failed, &m_window, &MainWindow::showStartFailure);
    }
    ~Implementation() {
        m_window.hide();
        m_window.closeWorkspace();
    }
    void show() { m_window.show(); }

  private:
    Settings m_settings;
    style::Appearance m_appearance;
    MainWindow m_window;
    EngineHolder m_holder;
};

Console::Console(EngineStarter starter, ConsoleOptions options)
    : m_implementation(std::make_unique<Implementation>(std::move(starter), std::move(options))) {}

Console::~Console() = default;

void Console::show() {
    m_implementation->show();
}

} // namespace ui::window
