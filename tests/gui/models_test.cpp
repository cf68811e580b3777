#include "core/engine/Engine.h"
#include "core/packs/Packs.h"
#include "tests/support/TemporaryFolder.h"
#include "ui/charts/Ticks.h"
#include "ui/charts/TimeSeriesView.h"
#include "ui/dialogs/SchemaForm.h"
#include "ui/models/EngineCalls.h"
#include "ui/models/EngineFeed.h"
#include "ui/models/JsonTree.h"
#include "ui/models/SmallTable.h"
#include "ui/pages/tasks/TaskTableModel.h"
#include "ui/style/Format.h"
#include "ui/style/Theme.h"
#include "ui/window/CommandPalette.h"

#include <QAbstractItemModelTester>
#include <QChart>
#include <QLineEdit>
#include <QXYSeries>
#include <QSignalSpy>
#include <QTest>

#include <random>

using core::task::TaskState;
using ui::pages::tasks::Following;
using ui::pages::tasks::TaskTableModel;

namespace {

struct Row {
    QString key;
    int value;
};

std::vector<ui::models::Column<Row>> rowColumns() {
    using C = ui::models::Column<Row>;
    return {C{"key", "Key", 100, ui::models::Align::Left, [](const Row& r) { return r.key; }, {}, {}},
            C{"value", "Value", 100, ui::models::Align::Right, [](const Row& r) { return QString::number(r.value); },
              [](const Row& r) { return QVariant(r.value); }, {}}};
}

constexpr auto kFatal = QAbstractItemModelTester::FailureReportingMode::Fatal;

} // namespace

/// Every model under the model tester, the table of tasks over a real engine that stores but runs nothing.
class ModelsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void aSmallTableKeepsItsRowsStraightUnderRandomChanges();
    void aSmallTableKeepsThePlaceOfAPersistentRowWhenItIsSorted();
    void aJsonTreeShowsEveryKindOfDocument();
    void theTaskTableFollowsTheEngineRowByRow();
    void theTaskTableCountsNewTasksWhileItDoesNotFollow();
    void theTaskTablePatchesAndDropsRowsOfAFilter();
    void theTaskTableSurvivesRandomWork();
    void theTaskTableReadsAnewWhenEventsWereLost();
    void aSchemaFormGivesBackWhatItWasGivenAndRefusesWhatTheSchemaRefuses();
    void aChartKeepsGapsAndDoesNotRedrawAQuietLine();
    void ticksAreRoundAndHoldTheirRange();
    void thePaletteFindsByWordsAndByLetters();
    void textKeepsItsContrastInBothThemes();
    void numbersAreWrittenAsAgreed();

  private:
    core::task::Task submit(const std::string& type);
    /// Hands the events that happened since the last call to the model.
    void pump(TaskTableModel& model) { model.apply(m_events->drain()); }
    std::set<int64_t> storedKeys(const core::store::TaskFilter& filter);
    std::set<int64_t> shownKeys(const TaskTableModel& model);

    tests::TemporaryFolder m_folder;
    core::base::RealClock m_clock;
    std::unique_ptr<core::engine::Engine> m_engine;
    std::unique_ptr<ui::models::EngineCalls> m_calls;
    std::shared_ptr<core::events::Subscription> m_events;
};

void ModelsTest::initTestCase() {
    core::engine::EngineOptions options;
    options.dataDirectory = m_folder.path();
    options.workers = 0;
    options.beat = false;
    core::task::TaskRegistry registry;
    core::packs::registerAll(registry);
    auto engine = core::engine::startEngine(options, std::move(registry), m_clock);
    QVERIFY2(engine, engine ? "" : engine.error().text().c_str());
    m_engine = std::move(*engine);
    m_calls = std::make_unique<ui::models::EngineCalls>(*m_engine);
    m_events = m_engine->events().subscribe();
}

void ModelsTest::cleanupTestCase() {
    m_calls.reset();
    m_engine.reset();
}

core::task::Task ModelsTest::submit(const std::string& type) {
    core::engine::Submission submission;
    submission.type = type;
    return *m_engine->tasks().submit(submission, {"tester", "human"});
}

std::set<int64_t> ModelsTest::storedKeys(const core::store::TaskFilter& filter) {
    const auto keys = m_engine->tasks().keys(filter, {});
    return {keys->begin(), keys->end()};
}

std::set<int64_t> ModelsTest::shownKeys(const TaskTableModel& model) {
    std::set<int64_t> keys;
    for (int row = 0; row < model.rowCount(); ++row)
        keys.insert(model.keyAt(row));
    return keys;
}

void ModelsTest::aSmallTableKeepsItsRowsStraightUnderRandomChanges() {
    ui::models::SmallTable<Row> model(rowColumns(), [](const Row& r) { return r.key; }, nullptr);
    const QAbstractItemModelTester tester(&model, kFatal);
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        std::vector<Row> rows;
        for (int i = 0; i < 20; ++i)
            if (random() % 3 != 0)
                rows.push_back({QString::number(i), int(random() % 50)});
        std::shuffle(rows.begin(), rows.end(), random);
        if (round % 10 == 9)
            model.sort(int(random() % 2), random() % 2 ? Qt::AscendingOrder : Qt::DescendingOrder);
        model.setRows(rows);
        QCOMPARE(model.rowCount(), int(rows.size()));
        for (const Row& row : rows) {
            const int at = model.rowOf(row.key);
            QVERIFY(at >= 0);
            QCOMPARE(model.index(at, 1).data().toInt(), row.value);
        }
    }
}

void ModelsTest::aSmallTableKeepsThePlaceOfAPersistentRowWhenItIsSorted() {
    ui::models::SmallTable<Row> model(rowColumns(), [](const Row& r) { return r.key; }, nullptr);
    model.setRows({{"a", 3}, {"b", 1}, {"c", 2}});
    const QPersistentModelIndex marked = model.index(1, 0);
    model.sort(1, Qt::DescendingOrder);
    QCOMPARE(marked.data().toString(), QStringLiteral("b"));
    QCOMPARE(marked.row(), 2);
    model.setRows({{"b", 9}, {"c", 2}});
    QCOMPARE(marked.data().toString(), QStringLiteral("b"));
    QCOMPARE(marked.row(), 0);
}

void ModelsTest::aJsonTreeShowsEveryKindOfDocument() {
    ui::models::JsonTree tree;
    const QAbstractItemModelTester tester(&tree, kFatal);
    for (const char* text : {"{}", "[]", "null", "7", "\"word\"", R"({"a":[1,{"b":null}],"c":true})"})
        tree.setDocument(core::base::parseJson(text).value());
    QCOMPARE(tree.rowCount(), 2);
    QCOMPARE(tree.item(0)->text(), QStringLiteral("a"));
    QCOMPARE(tree.item(0)->child(1)->child(0)->text(), QStringLiteral("b"));
    QCOMPARE(tree.item(1, 1)->text(), QStringLiteral("true"));
    core::base::Json large = core::base::Json::array();
    for (int i = 0; i < 20'000; ++i)
        large.push_back(i);
    tree.setDocument(large);
    QVERIFY(tree.rowCount() < 6'000);
}

void ModelsTest::theTaskTableFollowsTheEngineRowByRow() {
    TaskTableModel model(*m_calls, m_engine->registry(), m_clock, nullptr);
    const QAbstractItemModelTester tester(&model, kFatal);
    model.setQuery({}, {});
    QTRY_VERIFY(model.isLoaded());
    m_events->drain();
    const auto task = submit("metrics_computation");
    QTRY_VERIFY((pump(model), model.rowOfKey(task.key) == 0));
    QCOMPARE(model.taskAt(0)->id, task.id);
    QVERIFY(m_engine->tasks().cancel(task.id, {"tester", "human"}));
    QTRY_VERIFY((pump(model), model.taskAt(0)->state == TaskState::Revoked));
}

void ModelsTest::theTaskTableCountsNewTasksWhileItDoesNotFollow() {
    TaskTableModel model(*m_calls, m_engine->registry(), m_clock, nullptr);
    const QAbstractItemModelTester tester(&model, kFatal);
    model.setQuery({}, {});
    QTRY_VERIFY(model.isLoaded());
    m_events->drain();
    model.setFollowing(Following::Off);
    const int before = model.rowCount();
    submit("metrics_computation");
    submit("metrics_computation");
    QTRY_VERIFY((pump(model), model.waitingCount() == 2));
    QCOMPARE(model.rowCount(), before);
    model.setFollowing(Following::On);
    QCOMPARE(model.rowCount(), before + 2);
    QCOMPARE(model.waitingCount(), 0);
}

void ModelsTest::theTaskTablePatchesAndDropsRowsOfAFilter() {
    TaskTableModel model(*m_calls, m_engine->registry(), m_clock, nullptr);
    const QAbstractItemModelTester tester(&model, kFatal);
    core::store::TaskFilter pending;
    pending.states = {TaskState::Pending};
    pending.queue = "resilience";
    model.setQuery(pending, {});
    QTRY_VERIFY(model.isLoaded());
    m_events->drain();
    const auto mine = submit("resilience_contingency");
    const auto other = submit("metrics_computation");
    QTRY_VERIFY((pump(model), model.rowOfKey(mine.key) == 0));
    QCOMPARE(model.rowOfKey(other.key), -1);
    QVERIFY(m_engine->tasks().cancel(mine.id, {"tester", "human"}));
    QTRY_VERIFY_WITH_TIMEOUT((pump(model), model.rowOfKey(mine.key) == -1), 10'000);
}

void ModelsTest::theTaskTableSurvivesRandomWork() {
    TaskTableModel model(*m_calls, m_engine->registry(), m_clock, nullptr);
    const QAbstractItemModelTester tester(&model, kFatal);
    model.setQuery({}, {});
    std::mt19937 random(11);
    std::vector<core::task::TaskId> waiting;
    for (int round = 0; round < 200; ++round) {
        const int choice = int(random() % 10);
        if (choice < 5) {
            waiting.push_back(submit(random() % 2 ? "metrics_computation" : "resilience_contingency").id);
        } else if (choice < 7 && !waiting.empty()) {
            std::swap(waiting[random() % waiting.size()], waiting.back());
            QVERIFY(m_engine->tasks().cancel(waiting.back(), {"tester", "human"}));
            waiting.pop_back();
        } else if (choice == 7) {
            model.setFollowing(random() % 2 ? Following::On : Following::Off);
        } else if (choice == 8) {
            core::store::TaskFilter filter;
            if (random() % 2)
                filter.states = {TaskState::Revoked};
            model.setQuery(filter, {random() % 2 ? core::store::TaskSort::Created : core::store::TaskSort::Type, {}});
        }
        for (int row = 0; row < std::min(5, model.rowCount()); ++row)
            model.index(row, 1).data();
        if (round % 3 == 0)
            pump(model);
        if (round % 7 == 0)
            QTest::qWait(1);
    }
    model.setFollowing(Following::On);
    model.setQuery({}, {});
    QTRY_VERIFY((pump(model), shownKeys(model) == storedKeys({})));
}

void ModelsTest::theTaskTableReadsAnewWhenEventsWereLost() {
    TaskTableModel model(*m_calls, m_engine->registry(), m_clock, nullptr);
    const QAbstractItemModelTester tester(&model, kFatal);
    model.setQuery({}, {});
    QTRY_VERIFY(model.isLoaded());
    const auto task = submit("metrics_computation");
    m_events->drain();
    QCOMPARE(model.rowOfKey(task.key), -1);
    core::events::EventBatch lost;
    lost.dropped = 3;
    model.apply(lost);
    QTRY_COMPARE(model.rowOfKey(task.key), 0);
}

void ModelsTest::aSchemaFormGivesBackWhatItWasGivenAndRefusesWhatTheSchemaRefuses() {
    using core::task::Parameter;
    using core::task::ParameterKind;
    const auto make = [](const char* name, ParameterKind kind) {
        Parameter p;
        p.name = name;
        p.kind = kind;
        return p;
    };
    Parameter days = make("days", ParameterKind::Integer);
    days.minimum = 1;
    days.maximum = 365;
    days.defaultValue = 90;
    Parameter severity = make("severity", ParameterKind::Choice);
    severity.choices = {"minor", "severe"};
    severity.presence = core::task::Presence::Required;
    const core::task::ParameterSchema schema({days, severity, make("share", ParameterKind::Number),
                                              make("day", ParameterKind::Date), make("loud", ParameterKind::Boolean),
                                              make("names", ParameterKind::TextList), make("more", ParameterKind::Object)});
    ui::dialogs::SchemaForm form(schema);
    QCOMPARE(form.values().at("days").get<int>(), 90);
    QVERIFY(!form.check());
    QCOMPARE(form.errorOf("severity"), QStringLiteral("severity is required"));
    const auto given = core::base::parseJson(
        R"({"days":30,"severity":"severe","share":0.5,"day":"2026-02-28","loud":true,"names":["a","b"],"more":{"x":1}})");
    form.setValues(*given);
    QVERIFY(form.check());
    QVERIFY(form.values() == *given);
    qobject_cast<QLineEdit*>(form.editorOf("days"))->setText(QStringLiteral("12x"));
    qobject_cast<QLineEdit*>(form.editorOf("day"))->setText(QStringLiteral("2026-02-30"));
    QVERIFY(!form.check());
    QCOMPARE(form.errorOf("days"), QStringLiteral("days must be an integer"));
    QVERIFY(!form.errorOf("day").isEmpty());
    QVERIFY(form.errorOf("severity").isEmpty());
}

void ModelsTest::aChartKeepsGapsAndDoesNotRedrawAQuietLine() {
    ui::charts::TimeSeriesView view(QStringLiteral("Depth"), ui::charts::Scale::Linear,
                                    [](double v) { return QString::number(v); });
    view.setSeries({{QStringLiteral("a"), [](const ui::style::Theme& t) { return t.accent; },
                     [](double v) { return QString::number(v); }}});
    std::vector<ui::charts::Sample> samples;
    for (int x = -20; x <= 0; ++x)
        samples.push_back({double(x), x == -10 ? std::nullopt : std::optional<double>(x < -10 ? 1 : 3)});
    samples[10].value.reset();
    samples[11].value.reset();
    samples[12].value.reset();
    view.setSamples(0, samples);
    view.commit();
    const auto runs = view.chart()->series();
    QCOMPARE(runs.size(), 2);
    QSignalSpy replaced(static_cast<QXYSeries*>(runs.front()), &QXYSeries::pointsReplaced);
    view.setSamples(0, samples);
    view.commit();
    QCOMPARE(replaced.count(), 0);
    QCOMPARE(view.summary(), QStringLiteral("a: 3"));
}

void ModelsTest::ticksAreRoundAndHoldTheirRange() {
    const auto format = [](double v) { return QString::number(v); };
    for (const double high : {0.7, 1.0, 3.0, 17.0, 99.0, 12'345.0}) {
        const auto ticks = ui::charts::linearTicks(0, high, format);
        QVERIFY(ticks.low <= 0 && ticks.high >= high && ticks.high <= high * 2.1);
        QVERIFY(ticks.ticks.size() >= 3 && ticks.ticks.size() <= 7);
    }
    const auto decades = ui::charts::decadeTicks(0.004, 25, format);
    QCOMPARE(decades.low, -3.0);
    QCOMPARE(decades.high, 2.0);
}

void ModelsTest::thePaletteFindsByWordsAndByLetters() {
    using ui::window::matchScore;
    QVERIFY(matchScore(QStringLiteral("Activate crisis response"), QStringLiteral("crisis act")) > 0);
    QVERIFY(matchScore(QStringLiteral("Pause queue"), QStringLiteral("pq")) > 0);
    QCOMPARE(matchScore(QStringLiteral("Pause queue"), QStringLiteral("xyz")), 0);
    QVERIFY(matchScore(QStringLiteral("Tasks Page"), QStringLiteral("tasks")) >
            matchScore(QStringLiteral("Task aborts"), QStringLiteral("tasks")));
}

void ModelsTest::textKeepsItsContrastInBothThemes() {
    using namespace ui::style;
    for (const Theme* theme : {&lightTheme(), &darkTheme()}) {
        for (const QColor& ground : {theme->window, theme->card, theme->cardAlternate}) {
            QVERIFY(contrast(theme->text, ground) >= 4.5);
            QVERIFY(contrast(theme->textMuted, ground) >= 4.5);
            QVERIFY(contrast(theme->accent, ground) >= 4.5);
        }
        QVERIFY(contrast(theme->accentText, theme->accent) >= 4.5);
        QVERIFY(contrast(theme->selectionText, theme->selection) >= 4.5);
        QVERIFY(contrast(theme->tooltipText, theme->tooltip) >= 4.5);
        for (const auto& pair : theme->tones)
            QVERIFY(contrast(pair.text, pair.ground) >= 4.5);
        for (const auto& colours : {std::vector<QColor>(theme->states.begin(), theme->states.end()),
                                    std::vector<QColor>(theme->queues.begin(), theme->queues.end())})
            for (const QColor& mark : colours)
                QVERIFY2(contrast(mark, theme->card) >= 3.0, qPrintable(mark.name()));
    }
}

void ModelsTest::numbersAreWrittenAsAgreed() {
    using namespace ui::style;
    QLocale::setDefault(QLocale::c());
    QCOMPARE(percentOfRatio(0.8734), QStringLiteral("87.3\u00a0%"));
    QCOMPARE(fairness(0.8), QStringLiteral("0.800"));
    QCOMPARE(duration(0.42), QStringLiteral("420 ms"));
    QCOMPARE(duration(72.0), QStringLiteral("1:12"));
    QCOMPARE(duration(7500.0), QStringLiteral("2:05:00"));
    QCOMPARE(compact(12'345), QStringLiteral("12.3\u00a0k"));
}

QTEST_MAIN(ModelsTest)
#include "models_test.moc"
