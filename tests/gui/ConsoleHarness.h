#pragma once

#include "core/engine/Engine.h"
#include "core/packs/Packs.h"
#include "tests/support/TemporaryFolder.h"
#include "ui/window/MainWindow.h"

#include <QApplication>
#include <QTest>

#include <memory>

namespace tests {

enum class TasksRun { InWorkers, InThisProcess };

/// The real window over the real engine with the sample programme and the real worker program, on a folder of its own.
class ConsoleHarness {
  public:
    /// Empty when everything is there; otherwise what is missing.
    QString open(TasksRun tasks = TasksRun::InWorkers) {
        core::engine::EngineOptions options;
        options.eager = tasks == TasksRun::InThisProcess;
        options.dataDirectory = m_folder.path();
        options.workerProgram = QCoreApplication::applicationDirPath().toStdString() + "/beatwarden-worker";
        options.beat = false;
        core::task::TaskRegistry registry;
        core::packs::registerAll(registry);
        auto engine = core::engine::startEngine(options, std::move(registry), m_clock);
        if (!engine)
            return QString::fromStdString(engine.error().text());
        m_engine = std::move(*engine);
        const auto sample = m_engine->programme().createSample({}, {"tester", "human"});
        if (!sample)
            return QString::fromStdString(sample.error().text());
        openWindow();
        return QTest::qWaitForWindowExposed(m_window.get()) ? QString() : QStringLiteral("the window is not exposed");
    }

    void openWindow() {
        m_window.reset();
        m_settings = std::make_unique<ui::window::Settings>(m_folder.path() / "console.ini");
        m_appearance = std::make_unique<ui::style::Appearance>(*qApp);
        m_window = std::make_unique<ui::window::MainWindow>(*m_settings, *m_appearance,
                                                            QString::fromStdString(m_folder.path().string()));
        m_window->resize(1280, 800);
        m_window->show();
        m_window->openWorkspace(*m_engine, {"tester", "human"});
    }

    void close() {
        if (m_window)
            m_window->closeWorkspace();
        m_window.reset();
        m_engine.reset();
    }
    ~ConsoleHarness() { close(); }

    core::engine::Engine& engine() { return *m_engine; }
    ui::window::MainWindow& window() { return *m_window; }
    ui::window::Workspace& workspace() { return *m_window->workspace(); }
    ui::window::ConsoleContext& context() { return workspace().context(); }
    ui::style::Appearance& appearance() { return *m_appearance; }
    const std::filesystem::path& folder() const { return m_folder.path(); }

    void trigger(const char* action) {
        context().actions.refresh();
        QAction* found = context().actions.find(QString::fromLatin1(action));
        QVERIFY2(found, action);
        QVERIFY2(found->isEnabled(), action);
        found->trigger();
    }
    QWidget* dialog() const {
        QWidget* front = QApplication::activeModalWidget();
        return front && front != m_window.get() ? front : nullptr;
    }
    /// The newest task of a type; absent when there is none.
    std::optional<core::task::Task> newest(const std::string& type) {
        core::store::TaskFilter filter;
        filter.type = type;
        const auto tasks = m_engine->tasks().page(filter, 0, 1);
        return tasks && !tasks->empty() ? std::optional(tasks->front()) : std::nullopt;
    }
    core::task::TaskState stateOf(const core::task::TaskId& id) {
        const auto task = m_engine->tasks().find(id);
        return task ? task->state : core::task::TaskState::Scheduled;
    }

  private:
    TemporaryFolder m_folder;
    core::base::RealClock m_clock;
    std::unique_ptr<core::engine::Engine> m_engine;
    std::unique_ptr<ui::window::Settings> m_settings;
    std::unique_ptr<ui::style::Appearance> m_appearance;
    std::unique_ptr<ui::window::MainWindow> m_window;
};

} // namespace tests
