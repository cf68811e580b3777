#pragma once

#include "ui/models/SmallTable.h"
#include "ui/pages/schedules/LoadGrid.h"
#include "ui/window/ConsoleContext.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QVBoxLayout;

namespace ui::delegates {
class Table;
}

namespace ui::pages::schedules {

class LoadCalendar;
class LoadLegend;

/// A firing of the marked hour.
struct ComingRow {
    int number = 0; ///< in its hour
    core::engine::ComingLoad::Firing firing;
    core::engine::ComingLoad::Entry entry;
    int others = 0; ///< entries called by the same minute
};

/// Thread: gui. The coming seven days: calendar, legend, what is special in them, and the firings of the marked hour.
class ComingPane : public QWidget {
    Q_OBJECT
  public:
    ComingPane(window::ConsoleContext& context, QWidget* parent = nullptr);
    ~ComingPane() override;

    void refresh();
    /// What is shown is old by now; it is read again when it is looked at.
    void outdated();
    bool isSettled() const { return m_read && !m_reading; }
    void secondPassed(core::base::Instant now);
    LoadCalendar* calendar() const { return m_calendar; }
    models::SmallTable<ComingRow>* firings() const { return m_firings; }

  Q_SIGNALS:
    void entryOpened(const QString& name);

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    QWidget* buildHead();
    QWidget* buildCalendar();
    QWidget* buildList();
    void take(const core::base::Result<core::engine::ComingLoad>& load, const core::base::Zone& zone,
              core::base::Date firstDay);
    void offerZones();
    void showSummary();
    void showNotes();
    void addNote(const QString& text, core::base::Instant at);
    void showHour(const HourOfWeek& place);
    core::base::Zone shownZone() const;

    window::ConsoleContext& m_context;
    QLabel *m_summary, *m_hourTitle;
    QComboBox* m_zone;
    LoadCalendar* m_calendar;
    LoadLegend* m_legend;
    QVBoxLayout* m_notes;
    models::SmallTable<ComingRow>* m_firings;
    delegates::Table* m_table;
    bool m_read = false, m_reading = false, m_readAgain = false;
    core::base::Instant m_readAt{};
};

} // namespace ui::pages::schedules
