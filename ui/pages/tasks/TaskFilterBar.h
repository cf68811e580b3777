#pragma once

#include "ui/window/ConsoleContext.h"

#include <QWidget>

#include <array>

class QComboBox;
class QLineEdit;
class QToolButton;

namespace ui::pages::tasks {

/// Thread: gui. State chips with counts, search, queue and type: together the filter of the task table.
class TaskFilterBar : public QWidget {
    Q_OBJECT
  public:
    TaskFilterBar(window::ConsoleContext& context, QWidget* parent);

    core::store::TaskFilter filter() const;
    void setQuery(const window::TaskQuery& query);
    bool isEmpty() const;
    QLineEdit* searchField() const { return m_search; }
    /// Counts the whole history anew (off the gui thread).
    void recount();
    void apply(const core::events::EventBatch& batch);

  Q_SIGNALS:
    void changed();

  private:
    void buildChips(QWidget* row);
    void buildFields(QWidget* row);
    void stateToggled(size_t state);
    void showCounts();
    int64_t liveCount(core::task::TaskState state) const;

    window::ConsoleContext& m_context;
    QToolButton* m_all = nullptr;
    std::array<QToolButton*, core::task::kAllStates.size()> m_chips{};
    QLineEdit* m_search = nullptr;
    QComboBox *m_queue = nullptr, *m_type = nullptr;
    std::array<std::optional<int64_t>, core::task::kAllStates.size()> m_counts; ///< of the whole history
    bool m_counting = false, m_countAgain = false;
    bool m_quiet = false; ///< while fields are set together
};

} // namespace ui::pages::tasks
