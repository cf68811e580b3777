#include "core/engine/ComingLoad.h"
#include "ui/models/InstantTable.h"
#include "ui/pages/schedules/LoadCalendar.h"
#include "ui/style/Appearance.h"

#include <QApplication>
#include <QSignalSpy>
#include <QTest>

using core::base::Instant;
using core::base::Zone;
using core::engine::ComingLoad;
using core::store::ScheduleRow;
using ui::pages::schedules::HourOfWeek;
using ui::pages::schedules::LoadCalendar;
using ui::pages::schedules::LoadGrid;

namespace {

Instant at(const std::string& text) {
    return *core::base::parseInstant(text);
}

ScheduleRow cron(const std::string& name, const std::string& expression, const std::string& zone = "UTC") {
    ScheduleRow row;
    row.name = name;
    row.type = "report";
    row.cron = expression;
    row.zone = zone;
    return row;
}

Zone zoneNamed(const std::string& name) {
    return *Zone::find(name);
}

} // namespace

/// The calendar of coming load: where things are, and what is told of them.
class LoadCalendarTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void everyPointOfAnHourIsThatHourAndNothingBesideIs();
    void hoursAreThoseOfTheZoneShown();
    void aSkippedHourHasNoLengthAndCarriesTheMark();
    void aRepeatedHourHoldsTheFiringsOfBothPasses();
    void aChangeInAnotherZoneIsMarkedWhereItsInstantIs();
    void anHourTellsWhatIsKnownAndWhatIsNot();
    void ticksOfOneMinuteAreOneAndManyFiringsAreABand();
    void theKeyboardGoesFromHourToHourAndStopsAtTheEdges();
    void pastHoursAndNowAreTold();
    void instantsSayWhatAChangeOfTheClockDoesToThem();
    void shadesGoUpToTheBusiestHourAndHoldWhatTheyName();

  private:
    LoadGrid grid(const std::vector<ScheduleRow>& entries, const std::string& zone, const std::string& firstDay) {
        const auto day = *core::base::parseDate(firstDay);
        const Zone shown = zoneNamed(zone);
        return {core::engine::comingLoad(entries, {m_types, m_zones, m_runTimes, {{"metrics", 1}}, 4}, LoadGrid::begin(shown, day),
                                         LoadGrid::end(shown, day)),
                shown, day};
    }
    core::task::TaskRegistry m_types;
    const core::base::ZoneDatabase m_zones;
    std::map<std::string, core::store::RunTime> m_runTimes;
};

void LoadCalendarTest::initTestCase() {
    for (const char* id : {"report", "backup"}) {
        core::task::TaskType type;
        type.id = id;
        type.celeryName = std::string("app.tests.") + id;
        type.queue = "metrics";
        m_types.add(type);
    }
}

void LoadCalendarTest::everyPointOfAnHourIsThatHourAndNothingBesideIs() {
    LoadCalendar calendar;
    for (const QSize& size : {QSize(760, 240), QSize(1051, 333), QSize(1873, 520)}) {
        calendar.resize(size);
        for (int day = 0; day < LoadGrid::kDays; ++day)
            for (int hour = 0; hour < LoadGrid::kHours; ++hour) {
                const QRect rect = calendar.rectOf({day, hour});
                for (const QPoint& point : {rect.topLeft(), rect.center(), rect.bottomRight()})
                    QCOMPARE(*calendar.hourAt(point), (HourOfWeek{day, hour}));
            }
        QVERIFY(!calendar.hourAt({5, calendar.rectOf({3, 0}).center().y()}));
        QVERIFY(!calendar.hourAt({calendar.rectOf({0, 12}).center().x(), 2}));
        QVERIFY(!calendar.hourAt({calendar.rectOf({0, 12}).center().x(), calendar.rectOf({6, 0}).bottom() + 2}));
    }
}

void LoadCalendarTest::hoursAreThoseOfTheZoneShown() {
    const LoadGrid shown = grid({cron("half", "30 20 * * *")}, "Asia/Kolkata", "2026-11-20"); // 02:00 there
    QCOMPARE(shown.at({1, 2}).load.firings, int64_t(1));
    QCOMPARE(shown.at({1, 2}).from, at("2026-11-20T20:30:00Z"));
    QCOMPARE(*shown.placeOf(at("2026-11-20T20:30:00Z")), (HourOfWeek{1, 2}));
    QVERIFY(!shown.placeOf(at("2026-12-20T00:00:00Z")));
}

void LoadCalendarTest::aSkippedHourHasNoLengthAndCarriesTheMark() {
    const LoadGrid shown = grid({cron("york", "30 2 * * *", "America/New_York")}, "America/New_York", "2026-03-07");
    QVERIFY(shown.at({1, 2}).isSkipped());
    QCOMPARE(shown.at({1, 2}).clockChanges.size(), size_t(1));
    QVERIFY(shown.at({1, 3}).clockChanges.empty());
    QCOMPARE(shown.at({1, 3}).load.firings, int64_t(1)); // it fires at the end of the gap
    QCOMPARE(shown.at({2, 2}).load.firings, int64_t(1));
    LoadCalendar calendar;
    calendar.setGrid(shown);
    QVERIFY2(calendar.describe({1, 2}).contains(QStringLiteral("does not exist")), qPrintable(calendar.describe({1, 2})));
    QVERIFY(calendar.describe({1, 2}).contains(QStringLiteral("America/New_York: the clock is put forward, 02:00 to 03:00 is skipped")));
}

void LoadCalendarTest::aRepeatedHourHoldsTheFiringsOfBothPasses() {
    const LoadGrid shown = grid({cron("often", "*/30 * * * *", "America/New_York")}, "America/New_York", "2026-11-01");
    QVERIFY(shown.at({0, 1}).isRepeated());
    QCOMPARE(shown.at({0, 1}).load.firings, int64_t(4));
    QCOMPARE(shown.at({0, 1}).clockChanges.size(), size_t(1));
    LoadCalendar calendar;
    calendar.setGrid(shown);
    QVERIFY(calendar.describe({0, 1}).contains(QStringLiteral("comes twice")));
}

void LoadCalendarTest::aChangeInAnotherZoneIsMarkedWhereItsInstantIs() {
    const LoadGrid shown = grid({cron("york", "30 2 * * *", "America/New_York")}, "UTC", "2026-03-07");
    QVERIFY(!shown.at({1, 7}).isSkipped());
    QCOMPARE(shown.at({1, 7}).clockChanges.size(), size_t(1)); // 07:00 UTC
    QVERIFY(shown.at({1, 2}).clockChanges.empty());
}

void LoadCalendarTest::anHourTellsWhatIsKnownAndWhatIsNot() {
    LoadCalendar calendar;
    m_runTimes = {{"report", {std::chrono::seconds(90), 7}}};
    ScheduleRow backup = cron("backup", "0 4 * * *");
    backup.type = "backup";
    ScheduleRow both = cron("second", "0 4 * * *");
    calendar.setGrid(grid({cron("known", "0 4 * * *"), both, backup}, "UTC", "2026-11-20"));
    const QString text = calendar.describe({0, 4});
    QVERIFY2(text.contains(QStringLiteral("Firings: 3, expected run time 3:00 and 1 for which it is not known")), qPrintable(text));
    QVERIFY(text.contains(QStringLiteral("Up to 3 entries in one minute")));
    QVERIFY2(text.contains(QStringLiteral("up to 2 runs at once in queue metrics (slots: 1)")), qPrintable(text));
    QVERIFY(calendar.describe({0, 5}).contains(QStringLiteral("Nothing fires")));
    m_runTimes.clear();
    calendar.setGrid(grid({backup}, "UTC", "2026-11-20"));
    QVERIFY(calendar.describe({0, 4}).contains(QStringLiteral("run time not known")));
}

void LoadCalendarTest::ticksOfOneMinuteAreOneAndManyFiringsAreABand() {
    const LoadGrid shown = grid({cron("a", "15 4 * * *"), cron("b", "15 4 * * *"), cron("busy", "* 6 * * *")}, "UTC", "2026-11-20");
    QCOMPARE(shown.at({0, 4}).ticks.size(), size_t(1));
    QCOMPARE(shown.at({0, 4}).ticks[0].entries, 2);
    QCOMPARE(shown.at({0, 4}).ticks[0].at, 0.25);
    QCOMPARE(shown.at({0, 6}).ticks.size(), size_t(4)); // a band each quarter
    QVERIFY(shown.at({0, 6}).ticks[0].to > shown.at({0, 6}).ticks[0].at);
}

void LoadCalendarTest::theKeyboardGoesFromHourToHourAndStopsAtTheEdges() {
    LoadCalendar calendar;
    calendar.resize(1000, 320);
    calendar.setGrid(grid({cron("a", "15 4 * * *")}, "UTC", "2026-11-20"));
    calendar.setNow(at("2026-11-20T00:00:00Z"));
    QSignalSpy marked(&calendar, &LoadCalendar::hourMarked), opened(&calendar, &LoadCalendar::hourOpened);
    QTest::keyClick(&calendar, Qt::Key_Right); // the first press goes to where now is
    QCOMPARE(*calendar.marked(), (HourOfWeek{0, 0}));
    QTest::keyClick(&calendar, Qt::Key_Left);
    QTest::keyClick(&calendar, Qt::Key_Up);
    QCOMPARE(*calendar.marked(), (HourOfWeek{0, 0}));
    QTest::keyClick(&calendar, Qt::Key_End);
    QTest::keyClick(&calendar, Qt::Key_Down);
    QCOMPARE(*calendar.marked(), (HourOfWeek{1, 23}));
    QVERIFY(calendar.accessibleDescription().startsWith(QStringLiteral("Sat 21 Nov 2026, 23:00 to 00:00, UTC")));
    QTest::keyClick(&calendar, Qt::Key_Return);
    QCOMPARE(opened.size(), 1);
    QVERIFY(marked.size() >= 4);
}

void LoadCalendarTest::pastHoursAndNowAreTold() {
    LoadCalendar calendar;
    calendar.setGrid(grid({cron("a", "15 4 * * *")}, "UTC", "2026-11-20"));
    calendar.setNow(at("2026-11-20T08:30:00Z"));
    QVERIFY(calendar.describe({0, 4}).contains(QStringLiteral("It has passed")));
    QVERIFY(!calendar.describe({1, 4}).contains(QStringLiteral("It has passed")));
}

void LoadCalendarTest::instantsSayWhatAChangeOfTheClockDoesToThem() {
    const Zone york = zoneNamed("America/New_York");
    using ui::models::clockNote;
    QVERIFY(clockNote(at("2026-11-20T07:00:00Z"), at("2026-11-21T07:00:00Z"), york).isEmpty());
    QCOMPARE(clockNote(at("2026-03-07T07:30:00Z"), at("2026-03-08T07:00:00Z"), york), QStringLiteral("at the end of a skipped hour"));
    QCOMPARE(clockNote(at("2026-03-08T06:00:00Z"), at("2026-03-08T12:00:00Z"), york), QStringLiteral("clock was put forward 1 h"));
    QCOMPARE(clockNote(at("2026-11-01T05:00:00Z"), at("2026-11-01T05:30:00Z"), york), QStringLiteral("first pass of a repeated hour"));
    QCOMPARE(clockNote(at("2026-11-01T05:30:00Z"), at("2026-11-01T06:30:00Z"), york), QStringLiteral("second pass of a repeated hour"));
    QCOMPARE(clockNote(at("2026-11-01T05:30:00Z"), at("2026-11-01T12:00:00Z"), york), QStringLiteral("clock was put back 1 h"));
}

void LoadCalendarTest::shadesGoUpToTheBusiestHourAndHoldWhatTheyName() {
    using namespace std::chrono_literals;
    using ui::pages::schedules::busyBound;
    using ui::pages::schedules::busyStep;
    using ui::pages::schedules::kBusySteps;
    QCOMPARE(busyStep(0ms, 0ms), 0);
    QCOMPARE(busyStep(0ms, 1h), 0);
    QCOMPARE(busyStep(1ms, 1h), 1);
    QCOMPARE(busyStep(1h, 1h), kBusySteps - 1);
    for (int step = 1; step < kBusySteps; ++step) {
        QCOMPARE(busyStep(busyBound(step, 1h), 1h), step);
        QVERIFY(step == kBusySteps - 1 || busyStep(busyBound(step, 1h) + 1ms, 1h) == step + 1);
    }
}

QTEST_MAIN(LoadCalendarTest)
#include "load_calendar_test.moc"
