#include "tests/gui/ConsoleHarness.h"

#include "ui/delegates/Table.h"
#include "ui/dialogs/LaunchDialog.h"
#include "ui/dialogs/SchemaForm.h"
#include "ui/dialogs/ShedPreview.h"
#include "ui/pages/tasks/TaskDetailPane.h"
#include "ui/pages/tasks/TasksPage.h"
#include "ui/window/StripCell.h"

#include <QAccessible>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QMenu>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>
#include <QTabWidget>

using core::task::TaskState;
using tests::ConsoleHarness;
using ui::pages::tasks::TasksPage;

/// Launch, cancel, retry and crisis through the widgets that a person presses, down to real worker processes.
class ConsoleTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void cleanupTestCase() { m_console.close(); }
    void launchesATaskThroughTheFormAndShowsItsResult();
    void refusesAWrongParameterInTheWordsOfTheSchema();
    void remembersTheParametersLaunchedLast();
    void cancelsAWaitingTaskFromTheDetailPane();
    void asksBeforeARunningTaskIsCancelled();
    void retriesATaskAndARetryWithChangesLinkedToIt();
    void activatesASevereCrisisOnlyWhenEverythingIsSaidAndEndsIt();
    void saysWhyACrisisCannotBeEndedTwice();
    void cancelsAllThatIsShownAndTakesItBack();
    void pausesAQueueAndPurgesItOnlyWhenItsNameIsTyped();
    void everyFocusableWidgetOfEveryPageHasAnAccessibleName();
    void noButtonOrLabelIsCutAtTheUsualSize();
    void opensTheLastPageAgain();
    void saysInTheStripThatTasksRunInThisProcess();

  private:
    TasksPage* tasksPage() {
        m_console.workspace().showPage(QStringLiteral("tasks"));
        return qobject_cast<TasksPage*>(m_console.workspace().currentPage());
    }
    template <class Widget>
    Widget* inDialog(const char* name) {
        return m_console.dialog() ? m_console.dialog()->findChild<Widget*>(QString::fromLatin1(name)) : nullptr;
    }
    core::task::Task submitLater(const std::string& type) {
        core::engine::Submission submission;
        submission.type = type;
        submission.countdown = std::chrono::hours(1);
        return *m_console.engine().tasks().submit(submission, {"tester", "human"});
    }
    ConsoleHarness m_console;
};

void ConsoleTest::initTestCase() {
    const QString missing = m_console.open();
    QVERIFY2(missing.isEmpty(), qPrintable(missing));
    QTRY_VERIFY(m_console.context().programme.stats().has_value());
    QTRY_VERIFY(m_console.context().programme.pulse().programmePresent);
}

void ConsoleTest::cleanup() {
    while (QWidget* open = m_console.dialog()) {
        open->close();
        QTRY_VERIFY(m_console.dialog() != open);
    }
}

void ConsoleTest::launchesATaskThroughTheFormAndShowsItsResult() {
    TasksPage* page = tasksPage();
    QTest::mouseClick(page->findChild<QPushButton*>(QStringLiteral("newTask")), Qt::LeftButton);
    auto* launch = qobject_cast<ui::dialogs::LaunchDialog*>(m_console.dialog());
    QVERIFY(launch);
    launch->chooseType("resilience_contingency");
    auto* days = qobject_cast<QLineEdit*>(launch->form()->editorOf("days_ahead"));
    QVERIFY(days);
    days->clear();
    QTest::keyClicks(days, QStringLiteral("30"));
    QTest::mouseClick(inDialog<QPushButton>("verb"), Qt::LeftButton);
    QTRY_VERIFY(!m_console.dialog());
    QTRY_VERIFY(m_console.newest("resilience_contingency").has_value());
    const auto task = *m_console.newest("resilience_contingency");
    QCOMPARE(task.params.at("days_ahead").get<int>(), 30);
    QTRY_VERIFY_WITH_TIMEOUT(m_console.stateOf(task.id) == TaskState::Success, 30'000);
    // The page goes to the task that was launched, and follows it to its end.
    QTRY_COMPARE(page->detail()->shownId(), task.id);
    QTRY_VERIFY(page->table()->currentIndex().isValid());
    QTRY_COMPARE(page->model()->keyAt(page->table()->currentIndex().row()), task.key);
    QTRY_COMPARE(page->model()->taskAt(page->table()->currentIndex().row())->state, TaskState::Success);
    QTRY_COMPARE(m_console.context().selection.task()->state, TaskState::Success);
}

void ConsoleTest::refusesAWrongParameterInTheWordsOfTheSchema() {
    const auto before = m_console.newest("resilience_contingency");
    m_console.context().commands.launch("resilience_contingency");
    auto* launch = qobject_cast<ui::dialogs::LaunchDialog*>(m_console.dialog());
    QVERIFY(launch);
    qobject_cast<QLineEdit*>(launch->form()->editorOf("days_ahead"))->setText(QStringLiteral("4000"));
    QTest::mouseClick(inDialog<QPushButton>("verb"), Qt::LeftButton);
    const auto* type = m_console.engine().registry().find("resilience_contingency");
    core::base::Json params = core::base::Json::object();
    params["days_ahead"] = 4000;
    QCOMPARE(launch->form()->errorOf("days_ahead").toStdString(),
             type->parameters.validate(params).error().fields.front().message);
    QVERIFY(m_console.dialog());
    QCOMPARE(m_console.newest("resilience_contingency")->id, before->id);
}

void ConsoleTest::remembersTheParametersLaunchedLast() {
    m_console.context().commands.launch("resilience_contingency");
    auto* launch = qobject_cast<ui::dialogs::LaunchDialog*>(m_console.dialog());
    QVERIFY(launch);
    QCOMPARE(qobject_cast<QLineEdit*>(launch->form()->editorOf("days_ahead"))->text(), QStringLiteral("30"));
}

void ConsoleTest::cancelsAWaitingTaskFromTheDetailPane() {
    TasksPage* page = tasksPage();
    const core::task::Task task = submitLater("metrics_computation");
    page->openTask(task.id);
    auto* cancel = page->detail()->findChild<QPushButton*>(QStringLiteral("task.cancel"));
    QVERIFY(cancel);
    QTRY_COMPARE(m_console.context().selection.task()->id, task.id);
    QTRY_VERIFY(cancel->isEnabled() && cancel->isVisible());
    QTest::mouseClick(cancel, Qt::LeftButton);
    QTRY_VERIFY(m_console.stateOf(task.id) == TaskState::Revoked);
    QTRY_VERIFY(!cancel->isEnabled());
}

void ConsoleTest::asksBeforeARunningTaskIsCancelled() {
    core::task::Task running = submitLater("metrics_computation");
    running.state = TaskState::Started;
    m_console.context().commands.cancel(running);
    QVERIFY(m_console.dialog());
    QStringList words;
    for (const QLabel* label : m_console.dialog()->findChildren<QLabel*>())
        words << label->text();
    QVERIFY(words.join(QLatin1Char('\n')).contains(QString::fromStdString(running.id.text)));
    m_console.dialog()->close();
    QTRY_VERIFY(!m_console.dialog());
    QCOMPARE(m_console.stateOf(running.id), TaskState::Scheduled);
    m_console.context().commands.cancel(running);
    QTest::mouseClick(inDialog<QPushButton>("verb"), Qt::LeftButton);
    QTRY_VERIFY(m_console.stateOf(running.id) == TaskState::Revoked);
}

void ConsoleTest::retriesATaskAndARetryWithChangesLinkedToIt() {
    TasksPage* page = tasksPage();
    const auto original = *m_console.newest("resilience_contingency");
    page->openTask(original.id);
    auto* retry = page->detail()->findChild<QPushButton*>(QStringLiteral("task.retry"));
    QTRY_VERIFY(retry->isEnabled() && retry->isVisible());
    QTRY_COMPARE(m_console.context().selection.task()->id, original.id);
    QTest::mouseClick(retry, Qt::LeftButton);
    QTRY_VERIFY(m_console.newest("resilience_contingency")->retryOf == original.id.text);

    m_console.context().commands.retryWithChanges(original);
    QTRY_VERIFY(m_console.dialog());
    auto* launch = qobject_cast<ui::dialogs::LaunchDialog*>(m_console.dialog());
    QVERIFY(launch);
    auto* days = qobject_cast<QLineEdit*>(launch->form()->editorOf("days_ahead"));
    QCOMPARE(days->text(), QStringLiteral("30"));
    days->setText(QStringLiteral("45"));
    QTest::mouseClick(inDialog<QPushButton>("verb"), Qt::LeftButton);
    QTRY_VERIFY(!m_console.dialog());
    const auto changed = *m_console.newest("resilience_contingency");
    QCOMPARE(changed.params.at("days_ahead").get<int>(), 45);
    QCOMPARE(changed.retryOf, original.id.text);
}

void ConsoleTest::activatesASevereCrisisOnlyWhenEverythingIsSaidAndEndsIt() {
    m_console.trigger("crisis.activate");
    QVERIFY(m_console.dialog());
    auto* verb = inDialog<QPushButton>("verb");
    QTest::mouseClick(inDialog<QRadioButton>("severity.severe"), Qt::LeftButton);
    QVERIFY(inDialog<QRadioButton>("severity.severe")->isChecked());
    QTRY_VERIFY(m_console.dialog()->findChild<ui::dialogs::ShedPreview*>()->preview().has_value());
    QTest::keyClicks(inDialog<QPlainTextEdit>("reason"), QStringLiteral("too short"));
    inDialog<QLineEdit>("approver")->setText(QStringLiteral("Dr. R. Alvarez"));
    inDialog<QLineEdit>("typedConfirmation")->setText(QStringLiteral("severe"));
    QVERIFY(!verb->isEnabled());
    QTest::keyClicks(inDialog<QPlainTextEdit>("reason"), QStringLiteral(", but no longer"));
    QVERIFY(verb->isEnabled());
    inDialog<QLineEdit>("approver")->clear();
    QVERIFY(!verb->isEnabled());
    inDialog<QLineEdit>("approver")->setText(QStringLiteral("Dr. R. Alvarez"));
    inDialog<QLineEdit>("typedConfirmation")->setText(QStringLiteral("moderate"));
    QVERIFY(!verb->isEnabled());
    inDialog<QLineEdit>("typedConfirmation")->setText(QStringLiteral("severe"));
    QVERIFY(verb->isEnabled());
    QTest::mouseClick(verb, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!m_console.dialog(), 30'000);
    QVERIFY(m_console.engine().programme().crisisStatus()->active);
    QTRY_VERIFY(m_console.context().programme.crisis().active);

    m_console.trigger("crisis.deactivate");
    QVERIFY(m_console.dialog());
    QVERIFY(!inDialog<QPushButton>("verb")->isEnabled());
    QTest::keyClicks(inDialog<QPlainTextEdit>("reason"), QStringLiteral("Staffing is back to normal"));
    inDialog<QLineEdit>("approver")->setText(QStringLiteral("Dr. R. Alvarez"));
    QTest::mouseClick(inDialog<QPushButton>("verb"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!m_console.dialog(), 30'000);
    QVERIFY(!m_console.engine().programme().crisisStatus()->active);
    QTRY_VERIFY(!m_console.context().programme.crisis().active);
}

void ConsoleTest::saysWhyACrisisCannotBeEndedTwice() {
    QVERIFY(!m_console.context().programme.crisis().active);
    m_console.context().commands.deactivateCrisis();
    QVERIFY(m_console.dialog());
    QTest::keyClicks(inDialog<QPlainTextEdit>("reason"), QStringLiteral("There is nothing to end"));
    inDialog<QLineEdit>("approver")->setText(QStringLiteral("Dr. R. Alvarez"));
    QTest::mouseClick(inDialog<QPushButton>("verb"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!inDialog<QLabel>("problem")->text().isEmpty(), 30'000);
    QVERIFY(inDialog<QLabel>("problem")->text().contains(QStringLiteral("crisis")));
}

void ConsoleTest::cancelsAllThatIsShownAndTakesItBack() {
    TasksPage* page = tasksPage();
    const core::task::Task waiting = submitLater("metrics_computation");
    ui::window::TaskQuery query;
    query.states = {TaskState::Scheduled};
    page->setQuery(query);
    auto* table = page->findChild<ui::delegates::Table*>();
    QTRY_VERIFY(table->model()->rowCount() > 0);
    auto* all = page->findChild<QPushButton*>(QStringLiteral("allShown"));
    QVERIFY(all);
    all->menu()->actions().front()->trigger();
    QVERIFY(m_console.dialog());
    QTest::mouseClick(inDialog<QPushButton>("verb"), Qt::LeftButton);
    auto* undo = m_console.window().findChild<QPushButton*>(QStringLiteral("offer"));
    QVERIFY(undo);
    QTRY_VERIFY(undo->isVisible());
    QTest::mouseClick(undo, Qt::LeftButton);
    QTRY_VERIFY(m_console.engine().bulk().recent(1)->front().state == core::store::BulkState::Undone);
    QCOMPARE(m_console.stateOf(waiting.id), TaskState::Scheduled);
    page->setQuery({});
}

void ConsoleTest::pausesAQueueAndPurgesItOnlyWhenItsNameIsTyped() {
    m_console.workspace().showPage(QStringLiteral("queues"));
    auto* table = m_console.workspace().currentPage()->findChild<ui::delegates::Table*>();
    QTRY_VERIFY(table->model()->rowCount() > 1);
    const core::task::Task waiting = submitLater("metrics_computation");
    QTRY_VERIFY(m_console.context().engine.queueSnapshot()[1].of(TaskState::Scheduled) > 0);
    m_console.workspace().currentPage()->refresh();
    table->selectRow(1);
    m_console.trigger("queue.pause");
    QTRY_VERIFY(m_console.engine().queueSnapshot()[1].paused);
    QTRY_VERIFY(m_console.context().selection.queue()->paused);
    m_console.trigger("queue.purge");
    QVERIFY(m_console.dialog());
    QVERIFY(!inDialog<QPushButton>("verb")->isEnabled());
    QTest::keyClicks(inDialog<QLineEdit>("typedConfirmation"), QStringLiteral("metrics"));
    QTest::mouseClick(inDialog<QPushButton>("verb"), Qt::LeftButton);
    QTRY_VERIFY(m_console.stateOf(waiting.id) == TaskState::Revoked);
    QTRY_VERIFY(!m_console.dialog());
    m_console.trigger("queue.resume");
    QTRY_VERIFY(!m_console.engine().queueSnapshot()[1].paused);
}

void ConsoleTest::everyFocusableWidgetOfEveryPageHasAnAccessibleName() {
    QStringList nameless;
    int looked = 0;
    for (const auto& entry : ui::window::pageEntries()) {
        m_console.workspace().showPage(entry.id);
        QTRY_VERIFY(m_console.workspace().currentPage()->isSettled());
        for (QWidget* widget : m_console.window().findChildren<QWidget*>()) {
            if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus || widget->focusProxy())
                continue;
            ++looked;
            QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(widget);
            if (!interface || interface->text(QAccessible::Name).isEmpty())
                nameless << QStringLiteral("%1: %2 %3").arg(entry.id, QString::fromLatin1(widget->metaObject()->className()),
                                                            widget->objectName());
        }
    }
    QVERIFY(looked > 60);
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QLatin1Char('\n'))));
}

void ConsoleTest::noButtonOrLabelIsCutAtTheUsualSize() {
    QStringList cut;
    for (const auto& entry : ui::window::pageEntries()) {
        m_console.workspace().showPage(entry.id);
        QTRY_VERIFY(m_console.workspace().currentPage()->isSettled());
        QTest::qWait(0);
        for (QAbstractButton* button : m_console.window().findChildren<QAbstractButton*>())
            if (button->isVisible() && !button->text().isEmpty() && button->width() < button->sizeHint().width())
                cut << entry.id + QStringLiteral(": ") + button->text();
        for (QLabel* label : m_console.workspace().currentPage()->findChildren<QLabel*>())
            if (label->isVisible() && !label->wordWrap() && label->sizePolicy().horizontalPolicy() != QSizePolicy::Ignored &&
                label->width() < label->sizeHint().width())
                cut << entry.id + QStringLiteral(": ") + label->text();
    }
    QVERIFY2(cut.isEmpty(), qPrintable(cut.join(QLatin1Char('\n'))));
}

void ConsoleTest::opensTheLastPageAgain() {
    m_console.workspace().showPage(QStringLiteral("schedules"));
    m_console.window().closeWorkspace();
    m_console.openWindow();
    QCOMPARE(m_console.workspace().currentPageId(), QStringLiteral("schedules"));
}

void ConsoleTest::saysInTheStripThatTasksRunInThisProcess() {
    ConsoleHarness eager;
    const QString missing = eager.open(tests::TasksRun::InThisProcess);
    QVERIFY2(missing.isEmpty(), qPrintable(missing));
    const auto cells = eager.window().findChildren<ui::window::StripCell*>();
    const auto says = [](const ui::window::StripCell* cell) {
        return cell->accessibleName().contains(QStringLiteral("Eager mode")) &&
               cell->toolTip().contains(QStringLiteral("tasks run in this process when they are submitted"));
    };
    QVERIFY(std::any_of(cells.begin(), cells.end(), says));
}

QTEST_MAIN(ConsoleTest)
#include "console_test.moc"
