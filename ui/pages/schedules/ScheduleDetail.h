#pragma once

#include "ui/models/InstantTable.h"
#include "ui/pages/schedules/ScheduleColumns.h"
#include "ui/window/ConsoleContext.h"

#include <QWidget>

class QGridLayout;
class QLabel;
class QSplitter;
class QStackedWidget;

namespace ui::delegates {
class Table;
}

namespace ui::pages::schedules {

/// Thread: gui. Everything about one entry: its definition in words, its next ten instants and what became of the last
/// ones. Read again when an event names the entry or one of its tasks, only while it is shown.
class ScheduleDetail : public QWidget {
    Q_OBJECT
  public:
    ScheduleDetail(window::ConsoleContext& context, QWidget* parent = nullptr);

    void showLine(const ScheduleLine& line);
    void clear();
    /// True when the pane shows what it was asked for.
    bool isSettled() const { return !m_reading; }
    void secondPassed();
    QSplitter* splitter() const { return m_splitter; }
    models::InstantTable* instants() const { return m_instants; }
    models::SmallTable<core::store::FireRow>* history() const { return m_fires; }
    delegates::Table* historyTable() const { return m_fireTable; }

  private:
    struct Reading;
    QWidget* buildFacts();
    QWidget* buildInstants();
    QWidget* buildHistory();
    void read();
    void take(Reading reading);
    void showFacts();
    QStringList factsOf(const ScheduleLine& line) const;

    window::ConsoleContext& m_context;
    std::optional<ScheduleLine> m_line;
    QStackedWidget* m_stack;
    QSplitter* m_splitter;
    QLabel *m_empty, *m_words;
    QGridLayout* m_facts;
    models::InstantTable* m_instants;
    delegates::Table *m_instantTable, *m_fireTable;
    models::SmallTable<core::store::FireRow>* m_fires;
    QStringList m_shownFacts;
    bool m_reading = false, m_readAgain = false;
};

} // namespace ui::pages::schedules
