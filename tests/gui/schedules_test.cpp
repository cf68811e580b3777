#include "tests/gui/ConsoleHarness.h"

#include "core/engine/ScheduleWords.h"
#include "ui/delegates/Table.h"
#include "ui/dialogs/FieldGrid.h"
#include "ui/dialogs/ScheduleEditor.h"
#include "ui/dialogs/ScheduleForm.h"
#include "ui/dialogs/SchedulePreviewPane.h"
#include "ui/dialogs/SchemaForm.h"
#include "ui/pages/schedules/ComingPane.h"
#include "ui/pages/schedules/FireLook.h"
#include "ui/pages/schedules/LoadCalendar.h"
#include "ui/pages/schedules/ScheduleDetail.h"
#include "ui/pages/schedules/SchedulesPage.h"
#include "ui/window/Commands.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QTabWidget>

#include <set>

using core::engine::ScheduleEntry;
using core::store::FireOutcome;
using core::store::FireRow;
using core::task::Schedule;
using core::task::TaskState;
using tests::ConsoleHarness;
using ui::dialogs::ScheduleEditor;
using ui::pages::schedules::ScheduleLine;
using ui::pages::schedules::SchedulesPage;

namespace {

const core::engine::Actor kSomebodyElse{"somebody", "human"};
constexpr auto kFatal = QAbstractItemModelTester::FailureReportingMode::Fatal;

FireRow fire(FireOutcome outcome, std::optional<TaskState> state) {
    FireRow row;
    row.schedule = "nightly";
    row.outcome = outcome;
    row.state = state;
    return row;
}

QImage paintedMark(const ui::delegates::Mark& mark) {
    QImage image(24, 24, QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    ui::delegates::paintMark(painter, {8, 4, 6, 14}, mark, ui::style::lightTheme());
    return image;
}

} // namespace

/// The page of schedules and its editor, over the real engine; nothing fires by itself.
class SchedulesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void cleanupTestCase() { m_console.close(); }
    void theTableShowsEveryEntryInTheWordsOfTheCore();
    void entriesThatWaitForTheirTypeAreListedAndCannotBeActedOn();
    void theDetailShowsNextInstantsAndAnEmptyHistorySaysWhatToDo();
    void outcomesDifferInWordAndShape();
    void aRowOfMarksShowsTheNewestOnTheRightAndSaysThemInItsTip();
    void theModelsOfThePageAreSound();
    void theEditorFollowsTheTypingAndSaysErrorsBesideTheirFields();
    void anUnfinishedEntryShowsItsInstantsAndIsNotComplainedAboutYet();
    void aNewEntryIsAddedAndEveryFieldIsKept();
    void savingWithoutAChangeChangesNothing();
    void whatSomebodyElseChangedIsShownAndOverwrittenOnlyWhenWanted();
    void theirDefinitionCanBeTakenIntoTheForm();
    void anEntryThatWasRemovedMeanwhileCanBeAddedAgain();
    void aResetShowsTheDifferencesFirst();
    void anOwnEntryIsRemovedAfterAQuestion();
    void runNowOffersToOpenTheTask();
    void theCommandLineOfAnEntryMakesItAgain();
    void theComingDaysListTheFiringsOfTheMarkedHour();
    void everyActionOfTheMenuIsInTheContextMenu();

  private:
    SchedulesPage* page() {
        m_console.workspace().showPage(QStringLiteral("schedules"));
        return qobject_cast<SchedulesPage*>(m_console.workspace().currentPage());
    }
    core::engine::ScheduleService& schedules() { return m_console.engine().schedules(); }
    ScheduleEntry add(const std::string& name) {
        Schedule schedule;
        schedule.name = name;
        schedule.type = "resilience_health_check";
        schedule.cron = "0 6 * * *";
        return *schedules().add(schedule, kSomebodyElse);
    }
    void markEntry(const std::string& name) {
        page()->showEntry(QString::fromStdString(name));
        QTRY_VERIFY(m_console.context().selection.schedule() && m_console.context().selection.schedule()->name == name);
    }
    ScheduleEditor* editor() { return qobject_cast<ScheduleEditor*>(m_console.dialog()); }
    template <class Widget>
    Widget* field(const char* key) {
        return qobject_cast<Widget*>(editor()->form()->fields()->editorOf(key));
    }
    void press(const char* button) {
        auto* found = m_console.dialog()->findChild<QPushButton*>(QString::fromLatin1(button));
        QVERIFY2(found && found->isVisible(), button);
        QTest::mouseClick(found, Qt::LeftButton);
    }
    QString wordsOfDialog() {
        QStringList words;
        for (const QLabel* label : m_console.dialog()->findChildren<QLabel*>())
            words << label->text();
        return words.join(QLatin1Char('\n'));
    }
    ConsoleHarness m_console;
};

void SchedulesTest::initTestCase() {
    const QString missing = m_console.open();
    QVERIFY2(missing.isEmpty(), qPrintable(missing));
}

void SchedulesTest::cleanup() {
    while (QWidget* open = m_console.dialog()) {
        open->close();
        QTRY_VERIFY(m_console.dialog() != open);
    }
}

void SchedulesTest::theTableShowsEveryEntryInTheWordsOfTheCore() {
    SchedulesPage* shown = page();
    QTRY_VERIFY(shown->isSettled());
    const auto entries = *schedules().list();
    for (const ScheduleEntry& entry : entries) {
        const int row = shown->model()->rowOf(QString::fromStdString(entry.name));
        QVERIFY2(row >= 0, entry.name.c_str());
        const QModelIndex when = shown->model()->index(row, ui::pages::schedules::kWhenColumn);
        QCOMPARE(when.data().toString().toStdString(), core::engine::wordsOf(entry, entry.shift));
    }
}

void SchedulesTest::entriesThatWaitForTheirTypeAreListedAndCannotBeActedOn() {
    SchedulesPage* shown = page();
    QTRY_VERIFY(shown->isSettled());
    const auto waiting = *schedules().waiting();
    QCOMPARE(shown->waitingLine()->isVisible(), !waiting.empty());
    if (waiting.empty())
        QSKIP("every task type of the shipped schedule is installed");
    QVERIFY(shown->waitingLine()->text().startsWith(QString::number(waiting.size())));
    const int row = shown->model()->rowOf(QString::fromStdString(waiting.front().name));
    QVERIFY(row >= 0);
    QCOMPARE(shown->model()->index(row, 0).data().toString(), QStringLiteral("Waits"));
    shown->table()->selectRow(row);
    QVERIFY(!m_console.context().selection.schedule());
    QVERIFY(!m_console.context().actions.find(QStringLiteral("schedule.run"))->isEnabled());
}

void SchedulesTest::theDetailShowsNextInstantsAndAnEmptyHistorySaysWhatToDo() {
    add("shown-in-detail");
    markEntry("shown-in-detail");
    QTRY_COMPARE(page()->detail()->instants()->rowCount(), 10);
    QCOMPARE(page()->detail()->instants()->rows().front().at, *schedules().find("shown-in-detail")->nextFire);
    QCOMPARE(page()->detail()->history()->rowCount(), 0);
}

void SchedulesTest::outcomesDifferInWordAndShape() {
    std::set<QString> words;
    std::vector<QImage> shapes;
    for (const auto& [outcome, state] :
         {std::pair(FireOutcome::Fired, std::optional(TaskState::Success)), {FireOutcome::Fired, TaskState::Failure},
          {FireOutcome::Fired, TaskState::Started}, {FireOutcome::Overlapped, std::nullopt}, {FireOutcome::Missed, std::nullopt}}) {
        auto look = ui::pages::schedules::lookOf(fire(outcome, state));
        words.insert(look.word);
        look.mark.tone = ui::style::Tone::Neutral; // without colour
        shapes.push_back(paintedMark(look.mark));
    }
    QCOMPARE(words.size(), size_t(5));
    for (size_t i = 0; i < shapes.size(); ++i)
        for (size_t j = 0; j < i; ++j)
            QVERIFY(shapes[i] != shapes[j]);
}

void SchedulesTest::aRowOfMarksShowsTheNewestOnTheRightAndSaysThemInItsTip() {
    ScheduleLine line;
    line.entry.name = "nightly";
    FireRow missed = fire(FireOutcome::Missed, std::nullopt);
    missed.note = "3 instants were passed over";
    line.recent = {fire(FireOutcome::Fired, TaskState::Failure), missed}; // newest first
    const core::base::RealClock clock;
    ui::models::SmallTable<ScheduleLine> model(ui::pages::schedules::scheduleColumns(m_console.engine().registry(), clock),
                                               [](const ScheduleLine& l) { return QString::fromStdString(l.entry.name); }, nullptr);
    model.setRows({line});
    QModelIndex marks;
    for (int column = 0; column < model.columnCount(); ++column)
        if (model.index(0, column).data(ui::models::MarksRole).isValid())
            marks = model.index(0, column);
    QVERIFY(marks.isValid());
    const auto shown = marks.data(ui::models::MarksRole).value<ui::delegates::Marks>();
    QCOMPARE(shown.size(), 2);
    QCOMPARE(shown.back().shape, ui::delegates::MarkShape::Cross);
    QCOMPARE(shown.front().shape, ui::delegates::MarkShape::Dash);
    const QString tip = marks.data(Qt::ToolTipRole).toString();
    QVERIFY2(tip.indexOf(QStringLiteral("Failure")) < tip.indexOf(QStringLiteral("Missed")), qPrintable(tip));
    QVERIFY(tip.contains(QStringLiteral("3 instants were passed over")));
    QVERIFY(marks.data().toString().contains(QStringLiteral("1 Failure")));
}

void SchedulesTest::theModelsOfThePageAreSound() {
    SchedulesPage* shown = page();
    QTRY_VERIFY(shown->isSettled());
    QAbstractItemModelTester entries(shown->model(), kFatal), instants(shown->detail()->instants(), kFatal),
        history(shown->detail()->history(), kFatal), firings(shown->coming()->firings(), kFatal);
    add("sound-1");
    add("sound-2");
    QTRY_VERIFY(shown->model()->rowOf(QStringLiteral("sound-2")) >= 0);
    QVERIFY(schedules().remove("sound-1", std::nullopt, kSomebodyElse));
    QTRY_COMPARE(shown->model()->rowOf(QStringLiteral("sound-1")), -1);
    shown->tabs()->setCurrentIndex(SchedulesPage::Coming);
    QTRY_VERIFY(shown->coming()->firings()->rowCount() > 0);
    shown->tabs()->setCurrentIndex(SchedulesPage::Entries);
}

void SchedulesTest::theEditorFollowsTheTypingAndSaysErrorsBesideTheirFields() {
    m_console.trigger("schedule.new");
    QVERIFY(editor());
    auto* cron = field<QLineEdit>("cron");
    QTRY_VERIFY(editor()->isSettled());
    QVERIFY2(editor()->form()->fields()->errorOf("cron").isEmpty(), "nothing was typed yet");
    QTest::keyClicks(cron, QStringLiteral("61 * * * *"));
    QTRY_VERIFY(!editor()->form()->fields()->errorOf("cron").isEmpty());
    const QString error = editor()->form()->fields()->errorOf("cron");
    QVERIFY2(error.contains(QStringLiteral("'61' is not a minute")), qPrintable(error));
    QVERIFY2(error.contains(QStringLiteral("0-59")), "the core's suggestion");
    cron->setText(QStringLiteral("30 2 * * *"));
    field<QComboBox>("zone")->setCurrentText(QStringLiteral("Mars/Olympus"));
    QTRY_VERIFY(!editor()->form()->fields()->errorOf("zone").isEmpty());
    QVERIFY(editor()->form()->fields()->errorOf("cron").isEmpty());
    field<QComboBox>("zone")->setCurrentText(QStringLiteral("America/New_York"));
    QTRY_COMPARE(editor()->previewPane()->instants()->rowCount(), 10);
    QVERIFY(editor()->form()->fields()->errorOf("zone").isEmpty());
    QCOMPARE(editor()->previewPane()->words(), QStringLiteral("At 02:30 every day, in America/New_York"));
    QVERIFY2(editor()->previewPane()->warnings().join(QString()).contains(QStringLiteral("the clock")), "a change within 400 days");
    cron->setText(QStringLiteral("* * * * *"));
    QTRY_VERIFY(editor()->previewPane()->warnings().contains(QStringLiteral("It fires 1,440 times a day")));
    field<QLineEdit>("starts_at")->setText(QStringLiteral("some day"));
    QTRY_VERIFY(editor()->form()->fields()->errorOf("starts_at").contains(QStringLiteral("'some day'")));
}

void SchedulesTest::anUnfinishedEntryShowsItsInstantsAndIsNotComplainedAboutYet() {
    m_console.trigger("schedule.new");
    field<QLineEdit>("cron")->setText(QStringLiteral("0 2 * * *"));
    QTRY_COMPARE(editor()->previewPane()->instants()->rowCount(), 10);
    QVERIFY(editor()->form()->fields()->errorOf("name").isEmpty());
    press("verb");
    QTRY_VERIFY(!editor()->form()->fields()->errorOf("name").isEmpty());
    QVERIFY(!editor()->problem().isEmpty());
}

void SchedulesTest::aNewEntryIsAddedAndEveryFieldIsKept() {
    Schedule wanted;
    wanted.name = "every-field";
    wanted.type = "resilience_contingency";
    wanted.params = {{"days_ahead", 30}};
    wanted.every = std::chrono::hours(36);
    wanted.zone = "Europe/Berlin";
    wanted.starts = *core::base::parseInstant("2026-10-25T00:30:00Z"); // in a repeated hour
    wanted.ends = *core::base::parseInstant("2099-01-01T00:00:00Z");
    wanted.enabled = false;
    wanted.catchUp = core::task::CatchUp::All;
    wanted.maxLateness = std::chrono::hours(12);
    wanted.overlap = core::task::Overlap::QueueOne;
    wanted.expires = std::chrono::seconds(90);
    wanted.spread = std::chrono::seconds(30);
    wanted.priority = 7;
    m_console.trigger("schedule.new");
    editor()->form()->setSchedule(wanted);
    press("verb");
    QTRY_VERIFY(!m_console.dialog());
    const auto stored = schedules().find("every-field");
    QVERIFY(stored);
    Schedule kept = *stored;
    const auto* type = m_console.engine().registry().find(wanted.type);
    QCOMPARE(*type->parameters.validate(kept.params) == *type->parameters.validate(wanted.params), true);
    kept.params = wanted.params;
    QCOMPARE(core::base::dumpJson(core::task::toJson(kept)), core::base::dumpJson(core::task::toJson(wanted)));
}

void SchedulesTest::savingWithoutAChangeChangesNothing() {
    const ScheduleEntry before = *schedules().find("resilience-contingency-analysis");
    m_console.context().commands.editSchedule(before);
    press("verb");
    QTRY_VERIFY(!m_console.dialog());
    const ScheduleEntry after = *schedules().find(before.name);
    QVERIFY(static_cast<const Schedule&>(after) == static_cast<const Schedule&>(before));
    QVERIFY(after.changes.empty());
}

void SchedulesTest::whatSomebodyElseChangedIsShownAndOverwrittenOnlyWhenWanted() {
    const ScheduleEntry seen = add("contended");
    m_console.context().commands.editSchedule(seen);
    field<QLineEdit>("cron")->setText(QStringLiteral("0 7 * * *"));
    Schedule theirs = seen;
    theirs.cron = "0 8 * * *";
    QVERIFY(schedules().change(theirs, std::nullopt, kSomebodyElse));
    press("verb");
    QTRY_VERIFY(editor()->findChild<QWidget*>(QStringLiteral("conflict"))->isVisible());
    QCOMPARE(schedules().find("contended")->cron, std::string("0 8 * * *"));
    QVERIFY(editor()->findChild<QLabel*>(QStringLiteral("conflictText"))->text().contains(QStringLiteral("0 6 * * *  →  0 8 * * *")));
    QCOMPARE(field<QLineEdit>("cron")->text(), QStringLiteral("0 7 * * *"));
    press("overwrite");
    QTRY_VERIFY(!m_console.dialog());
    QCOMPARE(schedules().find("contended")->cron, std::string("0 7 * * *"));
}

void SchedulesTest::theirDefinitionCanBeTakenIntoTheForm() {
    const ScheduleEntry seen = *schedules().find("contended");
    m_console.context().commands.editSchedule(seen);
    Schedule theirs = seen;
    theirs.cron = "0 9 * * *";
    QVERIFY(schedules().change(theirs, std::nullopt, kSomebodyElse));
    field<QLineEdit>("cron")->setText(QStringLiteral("0 10 * * *"));
    press("verb");
    QTRY_VERIFY(editor()->findChild<QWidget*>(QStringLiteral("conflict"))->isVisible());
    press("takeTheirs");
    QCOMPARE(field<QLineEdit>("cron")->text(), QStringLiteral("0 9 * * *"));
    press("verb");
    QTRY_VERIFY(!m_console.dialog());
    QCOMPARE(schedules().find("contended")->cron, std::string("0 9 * * *"));
}

void SchedulesTest::anEntryThatWasRemovedMeanwhileCanBeAddedAgain() {
    const ScheduleEntry seen = *schedules().find("contended");
    m_console.context().commands.editSchedule(seen);
    field<QLineEdit>("cron")->setText(QStringLiteral("0 11 * * *"));
    QVERIFY(schedules().remove("contended", std::nullopt, kSomebodyElse));
    press("verb");
    QTRY_VERIFY(!editor()->problem().isEmpty());
    QVERIFY(!schedules().find("contended"));
    press("verb");
    QTRY_VERIFY(!m_console.dialog());
    QCOMPARE(schedules().find("contended")->cron, std::string("0 11 * * *"));
}

void SchedulesTest::aResetShowsTheDifferencesFirst() {
    const ScheduleEntry original = *schedules().find("resilience-health-check");
    Schedule changed = original;
    changed.cron = "*/20 * * * *";
    QVERIFY(schedules().change(changed, std::nullopt, kSomebodyElse));
    markEntry(original.name);
    QTRY_VERIFY(m_console.context().selection.schedule()->changes.contains("cron"));
    m_console.trigger("schedule.reset");
    QVERIFY(wordsOfDialog().contains(QStringLiteral("Cron expression:  */20 * * * *  →  */15 * * * *")));
    QCOMPARE(schedules().find(original.name)->cron, std::string("*/20 * * * *"));
    press("verb");
    QTRY_COMPARE(schedules().find(original.name)->cron, original.cron);
    QTRY_VERIFY(!m_console.context().actions.find(QStringLiteral("schedule.reset"))->isEnabled());
}

void SchedulesTest::anOwnEntryIsRemovedAfterAQuestion() {
    add("to-be-removed");
    markEntry("to-be-removed");
    m_console.trigger("schedule.remove");
    QVERIFY(m_console.dialog());
    QVERIFY(schedules().find("to-be-removed"));
    press("verb");
    QTRY_VERIFY(!schedules().find("to-be-removed"));
    markEntry("resilience-health-check");
    QVERIFY(!m_console.context().actions.find(QStringLiteral("schedule.remove"))->isEnabled());
}

void SchedulesTest::runNowOffersToOpenTheTask() {
    markEntry("resilience-health-check");
    m_console.trigger("schedule.run");
    auto* offer = m_console.window().findChild<QPushButton*>(QStringLiteral("offer"));
    QTRY_VERIFY(offer->isVisible());
    QTRY_VERIFY(m_console.newest("resilience_health_check").has_value());
    QCOMPARE(m_console.newest("resilience_health_check")->metadata.at("schedule").get<std::string>(), std::string("resilience-health-check"));
    QTest::mouseClick(offer, Qt::LeftButton);
    QTRY_COMPARE(m_console.workspace().currentPageId(), QStringLiteral("tasks"));
}

void SchedulesTest::theCommandLineOfAnEntryMakesItAgain() {
    ScheduleEntry entry;
    entry.name = "morning-check";
    entry.type = "resilience_health_check";
    entry.cron = "0 6 * * 1-5";
    entry.zone = "Pacific/Honolulu";
    entry.params = {{"note", "it's early"}};
    entry.enabled = false;
    QCOMPARE(ui::window::commandLineOf(entry),
             QStringLiteral("beatwarden beat add morning-check --type resilience_health_check --cron '0 6 * * 1-5' "
                            "--zone Pacific/Honolulu --params '{\"note\":\"it'\\''s early\"}' && beatwarden beat disable "
                            "morning-check"));
    markEntry("resilience-health-check");
    m_console.trigger("schedule.copyCommand");
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(
        QStringLiteral("beatwarden beat change resilience-health-check --type resilience_health_check --cron '*/15 * * * *'")));
}

void SchedulesTest::theComingDaysListTheFiringsOfTheMarkedHour() {
    SchedulesPage* shown = page();
    shown->tabs()->setCurrentIndex(SchedulesPage::Coming);
    QTRY_VERIFY(shown->isSettled());
    auto* calendar = shown->coming()->calendar();
    QVERIFY(calendar->grid().has_value());
    const ui::pages::schedules::HourOfWeek tomorrowAtTwo{1, 2};
    QTest::mouseClick(calendar, Qt::LeftButton, {}, calendar->rectOf(tomorrowAtTwo).center());
    QCOMPARE(*calendar->marked(), tomorrowAtTwo);
    const auto& cell = calendar->grid()->at(tomorrowAtTwo);
    int64_t listed = 0;
    for (const auto& row : shown->coming()->firings()->rows()) {
        QVERIFY(row.firing.instant >= cell.from && row.firing.instant < cell.to);
        listed += row.firing.count;
    }
    QCOMPARE(listed, cell.load.firings);
    QVERIFY(listed >= 4); // at least the health check
    QTest::keyClick(calendar, Qt::Key_Right);
    QCOMPARE(*calendar->marked(), (ui::pages::schedules::HourOfWeek{1, 3}));
    QTest::keyClick(calendar, Qt::Key_Down);
    QCOMPARE(*calendar->marked(), (ui::pages::schedules::HourOfWeek{2, 3}));
    shown->coming()->entryOpened(QStringLiteral("resilience-health-check"));
    QCOMPARE(shown->tabs()->currentIndex(), int(SchedulesPage::Entries));
    QTRY_COMPARE(m_console.context().selection.schedule()->name, std::string("resilience-health-check"));
}

void SchedulesTest::everyActionOfTheMenuIsInTheContextMenu() {
    markEntry("resilience-health-check");
    auto* table = page()->table();
    Q_EMIT table->customContextMenuRequested(table->visualRect(table->currentIndex()).center());
    QTRY_VERIFY(table->findChild<QMenu*>());
    const QList<QAction*> offered = table->findChild<QMenu*>()->actions();
    for (const auto& entry : m_console.context().actions.entries())
        if (entry.spec.menu == ui::window::Menu::Schedule)
            QVERIFY2(offered.contains(entry.action), qPrintable(entry.spec.id));
    table->findChild<QMenu*>()->close();
}

QTEST_MAIN(SchedulesTest)
#include "schedules_test.moc"
