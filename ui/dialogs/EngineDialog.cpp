#include "ui/dialogs/EngineDialog.h"

#include "ui/delegates/Table.h"
#include "ui/models/SmallTable.h"
#include "ui/style/Format.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

namespace ui::dialogs {

using core::engine::EngineStatus;
using style::toQString;

namespace {

using Loop = EngineStatus::Loop;

std::vector<models::Column<Loop>> loopColumns(const core::base::Clock& clock) {
    using C = models::Column<Loop>;
    return {
        C{"name", EngineDialog::tr("Loop"), 120, models::Align::Left, [](const Loop& l) { return toQString(l.name); }, {}, {}},
        C{"last", EngineDialog::tr("Last run"), 110, models::Align::Left,
          [&clock](const Loop& l) { return l.lastRun ? style::ago(*l.lastRun, clock.now()) : style::dash(); }, {},
          [](const Loop& l, int role) {
              return role == Qt::ToolTipRole && l.lastRun ? QVariant(style::exactTime(*l.lastRun)) : QVariant();
          }},
        C{"failures", EngineDialog::tr("Failures"), 80, models::Align::Right,
          [](const Loop& l) { return style::count(int64_t(l.failures)); },
          [](const Loop& l) { return QVariant(qulonglong(l.failures)); }, {}},
        C{"error", EngineDialog::tr("Last error"), 240, models::Align::Left,
          [](const Loop& l) { return l.lastError.empty() ? style::dash() : toQString(l.lastError); }, {},
          [](const Loop& l, int role) { return role == Qt::ToolTipRole ? QVariant(toQString(l.lastError)) : QVariant(); }},
    };
}

QGridLayout* factGrid(const std::vector<std::pair<QString, QString>>& facts) {
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(24);
    grid->setColumnStretch(1, 1);
    for (int i = 0; i < int(facts.size()); ++i) {
        grid->addWidget(plainLabel(facts[size_t(i)].first, "muted"), i, 0);
        QLabel* value = plainLabel(facts[size_t(i)].second);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        value->setWordWrap(true);
        grid->addWidget(value, i, 1);
    }
    return grid;
}

} // namespace

EngineDialog::EngineDialog(window::ConsoleContext& context, QWidget* parent)
    : Dialog(tr("Engine status"), tr("The task engine runs inside this console."), parent) {
    resize(680, 520);
    const EngineStatus status = context.engine.status();
    body()->addLayout(factGrid({
        {tr("Version"), toQString(status.version)},
        {tr("Data directory"), QString::fromStdString(context.engine.dataDirectory().string())},
        {tr("Owner epoch"), style::count(status.epoch)},
        {tr("Running since"), style::exactTime(status.startedAt).section(QLatin1Char('\n'), 0, 0)},
        {tr("Database"), tr("%1, write-ahead log %2").arg(style::bytes(status.databaseBytes), style::bytes(status.walBytes))},
        {tr("Last commit"), style::duration(status.commitMs / 1000)},
        {tr("Fenced writes"), tr("%1 moves dropped because somebody was faster").arg(style::count(int64_t(status.fencedWrites)))},
    }));
    auto* model = new models::SmallTable<Loop>(loopColumns(context.engine.clock()),
                                               [](const Loop& loop) { return toQString(loop.name); }, this);
    auto* table = new delegates::Table(tr("Loops of the engine"), delegates::Sorting::Off);
    table->setModel(model);
    table->applyColumns(model->columns(), 3);
    body()->addWidget(table, 1);
    cancelButton()->setText(tr("Close"));
    model->setRows(status.loops);
    connect(&context.feed, &models::EngineFeed::secondPassed, this,
            [model, &context] { model->setRows(context.engine.status().loops); });
}

ShortcutsDialog::ShortcutsDialog(const window::ActionRegistry& actions, QWidget* parent)
    : Dialog(tr("Keyboard shortcuts"), tr("Everything else is in the command palette."), parent) {
    resize(520, 560);
    struct Row {
        QString text, keys;
    };
    std::vector<Row> rows;
    for (const auto& entry : actions.entries())
        if (!entry.spec.shortcut.isEmpty())
            rows.push_back({entry.spec.text, entry.spec.shortcut.toString(QKeySequence::NativeText)});
    using C = models::Column<Row>;
    auto* model = new models::SmallTable<Row>(
        {C{"action", tr("Action"), 280, models::Align::Left, [](const Row& r) { return r.text; }, {}, {}},
         C{"keys", tr("Keys"), 150, models::Align::Left, [](const Row& r) { return r.keys; }, {}, {}}},
        [](const Row& row) { return row.text; }, this);
    auto* table = new delegates::Table(tr("Shortcuts"), delegates::Sorting::Off);
    table->setModel(model);
    table->applyColumns(model->columns(), 0);
    model->setRows(rows);
    body()->addWidget(table, 1);
    cancelButton()->setText(tr("Close"));
}

AboutDialog::AboutDialog(const EngineStatus& status, const std::filesystem::path& dataDirectory, QWidget* parent)
    : Dialog(tr("About Beatwarden"), tr("Operations console with an embedded task engine and beat scheduler for a "
                                        "medical residency programme."),
             parent) {
    body()->addLayout(factGrid({
        {tr("Version"), toQString(status.version)},
        {tr("Qt"), QString::fromLatin1(qVersion())},
        {tr("Data directory"), QString::fromStdString(dataDirectory.string())},
        {tr("Licence"), tr("GNU General Public License, version 3 or later")},
    }));
    cancelButton()->setText(tr("Close"));
}

} // namespace ui::dialogs
