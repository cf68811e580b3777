#include "core/engine/Engine.h"
#include "core/engine/Restoring.h"
#include "core/packs/Packs.h"
#include "core/store/Backup.h"
#include "core/store/BackupFolder.h"
#include "tests/support/TemporaryFolder.h"
#include "ui/dialogs/ConfirmDialog.h"
#include "ui/window/Console.h"
#include "ui/window/MainWindow.h"
#include "ui/window/Workspace.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QLabel>
#include <QPushButton>
#include <QTest>

#include <atomic>
#include <fstream>

/// The console from its first paint: starting, failing to start, trying again, a first run without a programme.
class StartTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void paintsBeforeTheEngineIsThereAndOpensWhenItIs();
    void saysWhyTheEngineDidNotStartAndTriesAgain();
    void offersTheLatestGoodCopyOfADamagedDatabaseAndRestoresIt();
    void offersNoCopyOfADatabaseThatIsOnlyInUse();
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
    ui::window::ConsoleOptions optionsWithRestore() {
        ui::window::ConsoleOptions options;
        options.dataDirectory = m_folder.path();
        options.restore = [this](const std::filesystem::path& copy) -> core::base::Result<void> {
            const auto done = core::engine::restoreCopy(m_folder.path(), copy, "tester", m_clock);
            return done ? core::base::Result<void>() : core::base::Result<void>(done.error());
        };
        return options;
    }
    QString shownText() const {
        QStringList words;
        for (const QLabel* label : window()->startView()->findChildren<QLabel*>())
            if (label->isVisible())
                words << label->text();
        return words.join(QLatin1Char('\n'));
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
        {m_folder.path(), {}, {}, {}});
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
    ui::window::Console console([this] { return start(); }, {m_folder.path(), {}, {}, {}});
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

void StartTest::offersTheLatestGoodCopyOfADamagedDatabaseAndRestoresIt() {
    std::filesystem::remove_all(m_folder.path());
    {
        auto engine = start();
        QVERIFY(engine);
        QVERIFY((*engine)->queues().pause("exports", {"tester", "human"}));
        const auto folder = core::store::backupFolder(m_folder.path());
        QVERIFY(folder);
        QVERIFY(core::store::copyDatabase(m_folder / "core.db", *folder / core::store::backupName(m_clock.now())));
        QVERIFY((*engine)->queues().pause("metrics", {"tester", "human"}));
    }
    std::ofstream(m_folder / "core.db", std::ios::trunc) << "this is no database any more, and that is for sure: it has been "
                                                           "written over by somebody who mistook it for a text file";
    ui::window::Console console([this] { return start(); }, optionsWithRestore());
    console.show();
    auto* restore = window()->findChild<QPushButton*>(QStringLiteral("restoreCopy"));
    QVERIFY(restore);
    QTRY_VERIFY(restore->isVisible());
    QVERIFY2(shownText().contains(QStringLiteral("There is a good copy, taken ")), qPrintable(shownText()));
    QVERIFY2(!shownText().contains(QStringLiteral("beatwarden backup restore")), qPrintable(shownText()));
    QTest::mouseClick(restore, Qt::LeftButton);
    auto* dialog = qobject_cast<ui::dialogs::ConfirmDialog*>(QApplication::activeModalWidget());
    QVERIFY(dialog);
    QString facts;
    for (const QLabel* label : dialog->findChildren<QLabel*>())
        facts += label->text();
    QVERIFY2(facts.contains(QStringLiteral("entries of the audit log 1 (")), qPrintable(facts));
    for (auto* button : dialog->findChildren<QPushButton*>())
        if (button->text() == QStringLiteral("Restore"))
            QTest::mouseClick(button, Qt::LeftButton);
    QTRY_VERIFY(window()->workspace());
    const auto queues = window()->workspace()->context().engine.queueSnapshot();
    for (const auto& queue : queues)
        QCOMPARE(queue.paused, queue.name == "exports");
}

void StartTest::offersNoCopyOfADatabaseThatIsOnlyInUse() {
    auto owner = start();
    QVERIFY(owner);
    ui::window::Console console([this] { return start(); }, optionsWithRestore());
    console.show();
    auto* retry = window()->findChild<QPushButton*>(QStringLiteral("retryStart"));
    QTRY_VERIFY(retry->isVisible());
    QVERIFY(!window()->findChild<QPushButton*>(QStringLiteral("restoreCopy"))->isVisible());
}

void StartTest::offersTheSampleProgrammeOnAFirstRun() {
    ui::window::Console console([this] { return start(); }, {m_folder.path(), {}, {}, {}});
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
