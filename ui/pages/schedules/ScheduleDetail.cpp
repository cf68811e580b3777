#include "ui/pages/schedules/ScheduleDetail.h"

#include "ui/delegates/Table.h"
#include "ui/dialogs/Dialog.h"
#include "ui/dialogs/ScheduleTexts.h"
#include "ui/style/Card.h"
#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QGridLayout>
#include <QLabel>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ui::pages::schedules {

using core::base::Json;
using core::base::Result;
using core::engine::ScheduleEntry;
using core::engine::SchedulePreview;
using core::store::FireRow;
using style::toQString;

namespace {
constexpr int kInstants = 10, kHistory = 100;
} // namespace

/// What is asked of the engine for one entry.
struct ScheduleDetail::Reading {
    std::string name;
    Result<SchedulePreview> preview;
    Result<std::vector<FireRow>> fires;
};

ScheduleDetail::ScheduleDetail(window::ConsoleContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_stack(new QStackedWidget), m_splitter(new QSplitter(Qt::Horizontal)),
      m_empty(dialogs::plainLabel({}, "muted")), m_words(dialogs::plainLabel({}, "title")), m_facts(new QGridLayout),
      m_instants(new models::InstantTable(context.engine.clock(), models::InstantTable::Beside::LocalTime, this)),
      m_instantTable(new delegates::Table(tr("Next instants"), delegates::Sorting::Off)),
      m_fireTable(new delegates::Table(tr("Run history"), delegates::Sorting::Off)),
      m_fires(makeFireTable(context.engine.clock(), this)) {
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_stack);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setContentsMargins(24, 24, 24, 24);
    m_stack->addWidget(m_empty);
    m_splitter->addWidget(buildFacts());
    m_splitter->addWidget(buildInstants());
    m_splitter->addWidget(buildHistory());
    m_splitter->setHandleWidth(12);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setSizes({270, 366, 420});
    m_stack->addWidget(m_splitter);
    clear();
}

QWidget* ScheduleDetail::buildFacts() {
    auto* card = new style::Card(tr("Definition"));
    m_words->setWordWrap(true);
    card->body()->addWidget(m_words);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setAccessibleName(tr("Definition"));
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 2, 4, 0);
    m_facts->setHorizontalSpacing(16);
    m_facts->setVerticalSpacing(4);
    m_facts->setColumnStretch(1, 1);
    column->addLayout(m_facts);
    column->addStretch(1);
    scroll->setWidget(content);
    card->body()->addWidget(scroll, 1);
    return card;
}

QWidget* ScheduleDetail::buildInstants() {
    auto* card = new style::Card(tr("Next ten instants"));
    card->useFullWidth();
    m_instantTable->setModel(m_instants);
    m_instantTable->applyColumns(m_instants->columns(), models::InstantTable::kAheadColumn);
    card->body()->addWidget(m_instantTable, 1);
    return card;
}

QWidget* ScheduleDetail::buildHistory() {
    auto* card = new style::Card(tr("Run history"));
    card->useFullWidth();
    m_fireTable->setModel(m_fires);
    m_fireTable->applyColumns(m_fires->columns(), int(m_fires->columns().size()) - 1);
    card->body()->addWidget(m_fireTable, 1);
    connect(m_fireTable, &QTableView::activated, this, [this](const QModelIndex& index) {
        const FireRow* fire = m_fires->rowAt(index);
        if (fire && fire->task)
            m_context.navigator.showTask(core::task::TaskId{*fire->task});
    });
    return card;
}

void ScheduleDetail::clear() {
    m_line.reset();
    m_empty->setText(tr("Choose an entry to see its definition, its next instants and its history."));
    m_stack->setCurrentIndex(0);
}

void ScheduleDetail::showLine(const ScheduleLine& line) {
    const bool another = !m_line || m_line->entry.name != line.entry.name;
    m_line = line;
    if (line.kind == ScheduleLine::Kind::Waiting) {
        m_empty->setText(tr("%1 comes with the program and waits for the task type %2. It begins to fire by itself once "
                            "the type is installed: %3.")
                             .arg(toQString(line.entry.name), toQString(line.entry.type), style::scheduleWords(line.entry)));
        m_stack->setCurrentIndex(0);
        return;
    }
    if (another) {
        m_instants->setRows({});
        m_fires->setRows({});
        m_instantTable->setEmptyText(tr("Reading…"));
        m_fireTable->setEmptyText(tr("Reading…"));
    }
    showFacts();
    m_stack->setCurrentIndex(1);
    read();
}

void ScheduleDetail::read() {
    if (m_reading) {
        m_readAgain = true;
        return;
    }
    m_reading = true;
    m_context.calls.call(
        this,
        [entry = m_line->entry](core::engine::Engine& engine) {
            return Reading{entry.name, engine.schedules().preview(entry, kInstants),
                           engine.schedules().history(entry.name, kHistory)};
        },
        [this](Reading reading) {
            m_reading = false;
            if (m_line && m_line->entry.name == reading.name)
                take(std::move(reading));
            if (std::exchange(m_readAgain, false) && m_line)
                read();
        });
}

void ScheduleDetail::take(Reading reading) {
    const bool fires = m_line->entry.enabled;
    m_instantTable->setEmptyText(!reading.preview ? style::errorText(reading.preview.error())
                                 : fires          ? tr("It never fires again.")
                                                  : tr("Disabled: it does not fire."));
    if (reading.preview && fires)
        m_instants->show(reading.preview->next, m_line->entry.zone, m_context.engine.clock().now());
    else
        m_instants->setRows({});
    m_instantTable->setColumnHidden(models::InstantTable::kBesideColumn, m_instants->clocksAgree());
    m_instantTable->setColumnHidden(models::InstantTable::kNoteColumn, !m_instants->hasNotes());
    m_fireTable->setEmptyText(reading.fires ? tr("It has not fired yet. Run now starts its task at once.")
                                            : style::errorText(reading.fires.error()));
    m_fires->setRows(reading.fires ? std::move(*reading.fires) : std::vector<FireRow>());
}

/// Name, value, name, value…
QStringList ScheduleDetail::factsOf(const ScheduleLine& line) const {
    const ScheduleEntry& entry = line.entry;
    const Json document = core::task::toJson(entry);
    QStringList facts;
    const auto add = [&](const char* key) {
        facts << dialogs::titleOfKey(key) << dialogs::valueOfKey(key, document.value(key, Json()));
    };
    facts << dialogs::titleOfKey("type") << style::titleOf(m_context.engine.registry().find(entry.type), entry.type);
    for (const char* key : {"cron", "every_seconds", "once_at"})
        if (document.contains(key))
            add(key);
    if (!entry.cron.empty())
        add("zone");
    for (const char* key : {"starts_at", "ends_at"})
        if (document.contains(key))
            add(key);
    facts << dialogs::titleOfKey("catch_up") << style::meaning(entry.catchUp);
    add("max_lateness_seconds");
    facts << dialogs::titleOfKey("overlap") << style::meaning(entry.overlap);
    add("expires_seconds");
    QString spread = dialogs::valueOfKey("spread_seconds", document.value("spread_seconds", Json()));
    if (const auto shift = entry.shift.count(); shift != 0)
        spread = (shift > 0 ? tr("up to %1, here %2 s later") : tr("up to %1, here %2 s earlier")).arg(spread).arg(std::abs(shift));
    facts << dialogs::titleOfKey("spread_seconds") << spread;
    add("priority");
    if (entry.params.empty())
        add("params");
    for (const auto& [name, value] : entry.params.items())
        facts << tr("Parameter %1").arg(toQString(name))
              << (value.is_string() ? toQString(value.get<std::string>()) : toQString(core::base::dumpJson(value)));
    if (entry.waiting)
        facts << tr("Queued") << tr("%1 fires when the task before has ended").arg(style::localTime(*entry.waiting, m_context.engine.clock().now()));
    return facts;
}

void ScheduleDetail::showFacts() {
    m_words->setText(m_line->entry.sound ? style::scheduleWords(m_line->entry)
                                         : tr("What is stored of this entry is damaged. Remove it and add it again."));
    const QStringList facts = m_line->entry.sound ? factsOf(*m_line) : QStringList();
    if (facts == m_shownFacts)
        return;
    m_shownFacts = facts;
    while (QLayoutItem* item = m_facts->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (int i = 0; i + 1 < facts.size(); i += 2) {
        QLabel* value = dialogs::plainLabel(facts[i + 1]);
        value->setWordWrap(true);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_facts->addWidget(dialogs::plainLabel(facts[i], "muted"), i / 2, 0, Qt::AlignTop);
        m_facts->addWidget(value, i / 2, 1);
    }
}

void ScheduleDetail::secondPassed() {
    if (m_stack->currentIndex() != 1)
        return;
    m_instants->setRows(m_instants->rows());
    if (!m_instants->rows().empty() && m_instants->rows().front().at <= m_context.engine.clock().now())
        read();
}

} // namespace ui::pages::schedules
