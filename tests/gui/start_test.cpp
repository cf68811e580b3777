#include "core/engine/Engine.h"
#include "core/packs/Packs.h"
#include "tests/support/TemporaryFolder.h"
#include "ui/window/Console.h"
#include "ui/window/MainWindow.h"
#include "ui/window/Workspace.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QLabel>
#include <QPushButton>
#include <QTest>

#include <atomic>

/// The console from its first paint: starting, failing to start, trying again, a first run without a programme.
class StartTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void paintsBeforeTheEngineIsThereAndOpensWhenItIs();
    void saysWhyTheEngineDidNotStartAndTriesAgain();
    void offersTheSampleProgrammeOnAFirstRun();

  private:
    ui::window::MainWindow* window() const {
        for (QWidget* widget : QApplication::topLevelWidgets())
            if (auto* found = qobject_cast<ui::window::MainWindow*>(widget))
                return found;
        return nullptr;
    }
    core::base::Result<std::unique_ptr<core::engine::Engine>> start() {
        core::engine::EngineOptions options;
        options.dataDirectory = m_folder.path();
        options.workers = 0;
        options.beat = false;
        core::task::TaskRegistry registry;
        core::packs::registerAll(registry);
        return core::engine::startEngine(options, std::move(registry), m_clock);
    }
    tests::TemporaryFolder m_folder;
    core::base::RealClock m_clock;
};

void StartTest::paintsBeforeTheEngineIsThereAndOpensWhenItIs() {
    std::atomic<bool> go = false;
    ui::window::Console console(
        [&] {
            go.wait(false);
            return start();
        },
        {m_folder.path(), {}, {}});
    QElapsedTimer watch;
    watch.start();
    console.show();
    QVERIFY(QTest::qWaitForWindowExposed(window()));
    QVERIFY(watch.elapsed() < 1'000);
    QVERIFY(window()->startView()->isVisible());
    QVERIFY(!window()->workspace());
    go = true;
    go.notify_all();
    QTRY_VERIFY(window()->workspace());
    QTRY_VERIFY(window()->workspace()->currentPage()->isVisible());
}

void StartTest::saysWhyTheEngineDidNotStartAndTriesAgain() {
    auto owner = start();
    QVERIFY(owner);
    ui::window::Console console([this] { return start(); }, {m_folder.path(), {}, {}});
    console.show();
    auto* retry = window()->findChild<QPushButton*>(QStringLiteral("retryStart"));
    QVERIFY(retry);
    QTRY_VERIFY(retry->isVisible());
    QStringList words;
    for (const QLabel* label : window()->startView()->findChildren<QLabel*>())
        words << label->text();
    const QString text = words.join(QLatin1Char('\n'));
    QVERIFY2(text.contains(QString::fromStdString(m_folder.path().string())), qPrintable(text));
    QVERIFY(!window()->workspace());
    owner->reset();
    QTest::mouseClick(retry, Qt::LeftButton);
    QTRY_VERIFY(window()->workspace());
}

void StartTest::offersTheSampleProgrammeOnAFirstRun() {
    ui::window::Console console([this] { return start(); }, {m_folder.path(), {}, {}});
    console.show();
    QTRY_VERIFY(window()->workspace());
    auto* open = window()->findChild<QPushButton*>(QStringLiteral("openSample"));
    QVERIFY(open);
    QTRY_VERIFY(open->isVisible());
    QTest::mouseClick(open, Qt::LeftButton);
    QVERIFY(!open->isEnabled());
    QTRY_VERIFY_WITH_TIMEOUT(!open->isVisible(), 60'000);
    QTRY_VERIFY(window()->workspace()->context().programme.stats()->present);
    QTRY_VERIFY(window()->workspace()->context().programme.pulse().programmePresent);
}

QTEST_MAIN(StartTest)
#include "start_test.moc"
