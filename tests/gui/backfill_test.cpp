#include "tests/gui/ConsoleHarness.h"

#include "ui/delegates/Table.h"
#include "ui/dialogs/BackfillDialog.h"
#include "ui/dialogs/BackfillInstants.h"
#include "ui/pages/tasks/TasksPage.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QLabel>
#include <QPushButton>

using core::engine::InstantState;
using core::engine::JudgedInstant;
using tests::ConsoleHarness;
using ui::dialogs::BackfillDialog;
using ui::dialogs::BackfillInstants;

namespace {

constexpr const char* kDaily = "resilience-contingency-analysis";
const core::engine::Actor kTester{"tester", "human"};

} // namespace

/// Backfilling a schedule through the widgets that a person presses, down to a real engine.
class BackfillTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void cleanupTestCase() { m_console.close(); }
    void marksStayOverNewPlansAndTheModelKeepsItsWord();
    void listsWhatIsMissingAndMakesTheTasksOfWhatIsChecked();
    void leavesOutWhatWasMadeUpForAndOffersToShowIt();
    void saysWhatIsWrongWithAWindow();
    void spaceTurnsTheCheckMarksOfTheMarkedRows();
    void refusesWhatWasChangedWhileItWasLookedAt();

  private:
    core::engine::ScheduleEntry entry(const char* name = kDaily) { return *m_console.engine().schedules().find(name); }
    BackfillDialog* open(const char* name = kDaily) {
        m_console.context().selection.setSchedule(entry(name));
        m_console.trigger("schedule.backfill");
        return qobject_cast<BackfillDialog*>(m_console.dialog());
    }
    template <class Widget>
    Widget* inDialog(const char* name) {
        return m_console.dialog()->findChild<Widget*>(QString::fromLatin1(name));
    }
    void press(const char* button) { QTest::mouseClick(inDialog<QPushButton>(button), Qt::LeftButton); }
    std::vector<core::store::FireRow> fires(const char* name = kDaily) {
        return m_console.engine().schedules().history(name, 1000).value_or({});
    }
    ConsoleHarness m_console;
};

void BackfillTest::initTestCase() {
    const QString missing = m_console.open();
    QVERIFY2(missing.isEmpty(), qPrintable(missing));
    QVERIFY(m_console.engine().queues().pause("resilience", kTester)); // what is made stays as it is
    QTRY_VERIFY(m_console.context().programme.stats().has_value());
}

void BackfillTest::cleanup() {
    while (QWidget* open = m_console.dialog()) {
        open->close();
        QTRY_VERIFY(m_console.dialog() != open);
    }
}

void BackfillTest::marksStayOverNewPlansAndTheModelKeepsItsWord() {
    BackfillInstants instants(nullptr);
    const QAbstractItemModelTester tester(&instants, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto at = [](int hour) { return core::base::Instant(std::chrono::hours(500'000 + hour)); };
    instants.setRows({{at(1), InstantState::Missed, "why"}, {at(2), InstantState::Unrecorded, {}}, {at(3), InstantState::NeverBegun, {}}});
    QCOMPARE(instants.checkedCount(), 3);
    QVERIFY(instants.setData(instants.index(1, 0), Qt::Unchecked, Qt::CheckStateRole));
    QVERIFY(!instants.setData(instants.index(1, 1), Qt::Unchecked, Qt::CheckStateRole));
    instants.setRows({{at(2), InstantState::Missed, {}}, {at(4), InstantState::Overlapped, {}}});
    QVERIFY(instants.checkedInstants() == std::vector{at(4)});
    instants.setAll(Qt::Unchecked);
    QCOMPARE(instants.checkedCount(), 0);
    instants.setAll(Qt::Checked);
    QVERIFY(instants.checkedInstants() == (std::vector{at(2), at(4)}));
    QVERIFY(!instants.data(instants.index(0, 1), Qt::CheckStateRole).isValid());
}

void BackfillTest::listsWhatIsMissingAndMakesTheTasksOfWhatIsChecked() {
    BackfillDialog* dialog = open();
    QVERIFY(dialog);
    QVERIFY(!inDialog<QPushButton>("sinceLastFire")->isEnabled()); // it never fired
    press("lastWeek");
    QTRY_VERIFY(dialog->isSettled());
    const int missing = dialog->instants()->rowCount(); // both ends belong to the window
    QVERIFY(missing == 7 || missing == 8);
    const auto verbFor = [](int count) { return QStringLiteral("Backfill (%1)").arg(count); };
    auto* verb = inDialog<QPushButton>("verb");
    QTRY_COMPARE(verb->text(), verbFor(missing));
    QVERIFY(inDialog<QLabel>("runTime")->text().contains(QStringLiteral("not known")));
    QVERIFY(!dialog->findChildren<QLabel*>(QStringLiteral("warning")).isEmpty());
    press("checkNone");
    QVERIFY(!verb->isEnabled());
    press("checkAll");
    QCOMPARE(verb->text(), verbFor(missing));

    auto* table = dialog->findChild<ui::delegates::Table*>();
    const QRect first = table->visualRect(dialog->instants()->index(0, 0));
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, QPoint(first.left() + 15, first.center().y()));
    QCOMPARE(verb->text(), verbFor(missing - 1));
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, QPoint(first.left() + 80, first.center().y()));
    QCOMPARE(verb->text(), verbFor(missing - 1));
    const auto chosen = dialog->instants()->checkedInstants();
    QTest::mouseClick(verb, Qt::LeftButton);
    QTRY_VERIFY(!m_console.dialog());
    const auto made = fires();
    QCOMPARE(made.size(), chosen.size());
    for (size_t i = 0; i < made.size(); ++i) {
        QVERIFY(made[i].instant == chosen[chosen.size() - 1 - i]);
        QCOMPARE(core::store::toText(made[i].outcome).data(), "backfilled");
    }
}

void BackfillTest::leavesOutWhatWasMadeUpForAndOffersToShowIt() {
    BackfillDialog* dialog = open();
    press("lastWeek");
    QTRY_VERIFY(dialog->isSettled());
    QCOMPARE(dialog->instants()->rowCount(), 1);
    QCOMPARE(inDialog<QLabel>("leftOut")->text(), QStringLiteral("left out: %1 fired").arg(fires().size()));
    inDialog<QComboBox>("order")->setCurrentIndex(1);
    QTest::mouseClick(inDialog<QPushButton>("verb"), Qt::LeftButton);
    QTRY_VERIFY(!m_console.dialog());
    const auto task = m_console.newest("resilience_contingency");
    QVERIFY(task.has_value());
    QCOMPARE(task->priority, core::task::kLowestPriority);
    auto* offer = m_console.window().findChild<QPushButton*>(QStringLiteral("offer"));
    QTRY_VERIFY(offer->isVisible());
    QCOMPARE(offer->text(), QStringLiteral("Show tasks"));
    QTest::mouseClick(offer, Qt::LeftButton);
    QCOMPARE(m_console.workspace().currentPageId(), QStringLiteral("tasks"));
    auto* page = qobject_cast<ui::pages::tasks::TasksPage*>(m_console.workspace().currentPage());
    QTRY_VERIFY(page->isSettled());
    QTRY_COMPARE(page->table()->model()->rowCount(), 1);
    QCOMPARE(page->model()->keyAt(0), task->key);
}

void BackfillTest::saysWhatIsWrongWithAWindow() {
    BackfillDialog* dialog = open();
    QTRY_VERIFY(dialog->isSettled());
    auto* from = inDialog<QDateTimeEdit>("from");
    auto* to = inDialog<QDateTimeEdit>("to");
    from->setDateTime(to->dateTime().addSecs(60));
    QVERIFY(!dialog->isSettled());
    QVERIFY(!inDialog<QPushButton>("verb")->isEnabled());
    QTRY_VERIFY(dialog->problem().contains(QStringLiteral("before it begins")));
    QVERIFY(!inDialog<QPushButton>("verb")->isEnabled());
    from->setDateTime(to->dateTime().addDays(-3));
    QTRY_VERIFY(dialog->isSettled());
    QVERIFY(dialog->problem().isEmpty());
    from->setDateTime(to->dateTime().addDays(-200));
    QTRY_VERIFY(dialog->problem().contains(QStringLiteral("is not known any more")));
}

void BackfillTest::spaceTurnsTheCheckMarksOfTheMarkedRows() {
    BackfillDialog* dialog = open("resilience-health-check");
    QTRY_VERIFY(dialog->isSettled());
    const int missing = dialog->instants()->rowCount();
    QVERIFY(missing == 96 || missing == 97); // every 15 minutes of a day
    auto* table = dialog->findChild<ui::delegates::Table*>();
    table->setFocus();
    table->selectRow(3);
    QTest::keyClick(table, Qt::Key_Down, Qt::ShiftModifier);
    QTest::keyClick(table, Qt::Key_Space);
    QCOMPARE(dialog->instants()->checkedCount(), missing - 2);
    QCOMPARE(dialog->instants()->index(4, 0).data(Qt::CheckStateRole).toInt(), int(Qt::Unchecked));
    QTest::keyClick(table, Qt::Key_Space);
    QCOMPARE(dialog->instants()->checkedCount(), missing);
}

void BackfillTest::refusesWhatWasChangedWhileItWasLookedAt() {
    BackfillDialog* dialog = open("metrics-computation");
    press("lastWeek");
    QTRY_VERIFY(dialog->isSettled());
    core::task::Schedule changed = entry("metrics-computation");
    changed.priority = 7;
    QVERIFY(m_console.engine().schedules().change(changed, std::nullopt, kTester));
    QTest::mouseClick(inDialog<QPushButton>("verb"), Qt::LeftButton);
    QTRY_VERIFY(dialog->problem().contains(QStringLiteral("was changed meanwhile")));
    QVERIFY(fires("metrics-computation").empty());
    QTRY_VERIFY(dialog->isSettled());
    QTRY_VERIFY(inDialog<QPushButton>("verb")->isEnabled());
    QVERIFY(dialog->problem().contains(QStringLiteral("was changed meanwhile")));
    QTest::mouseClick(inDialog<QPushButton>("verb"), Qt::LeftButton);
    QTRY_VERIFY(!m_console.dialog());
    QVERIFY(!fires("metrics-computation").empty());
}

QTEST_MAIN(BackfillTest)
#include "backfill_test.moc"
