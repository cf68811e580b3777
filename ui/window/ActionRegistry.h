#pragma once

#include <QAction>
#include <QKeySequence>
#include <QObject>
#include <QPalette>

#include <functional>
#include <vector>

class QMenu;

namespace ui::window {

/// How much harm an action can do, which decides how it looks and how it asks.
enum class Danger { None, Confirm, Typed };
enum class Menu { None, File, Task, Queue, Schedule, Crisis, View, Tools, Help };

/// One thing that the console can do. Menus, context menus, buttons and the palette are views of it.
struct ActionSpec {
    QString id; ///< `task.cancel`; never translated
    Menu menu = Menu::None;
    QString text; ///< with `…` when it asks for something first
    QKeySequence shortcut;
    QString icon;
    Danger danger = Danger::None;
    std::function<void()> run;
    std::function<bool()> enabledWhen; ///< empty: always
    std::function<bool()> checkedWhen; ///< empty: not a choice
    int group = 0;                     ///< a line is drawn in the menu where this changes
    QString shortText;                 ///< on buttons where the place says the rest; empty: the text
};

/// Thread: gui. Every action of the console by id. Enabled and checked states are asked anew by `refresh`.
class ActionRegistry : public QObject {
    Q_OBJECT
  public:
    using QObject::QObject;

    QAction* add(ActionSpec spec);
    /// nullptr when there is none.
    QAction* find(const QString& id) const;
    struct Entry {
        ActionSpec spec;
        QAction* action;
    };
    const std::vector<Entry>& entries() const { return m_entries; }
    /// Adds the actions of one menu of the bar to a menu, by group, with a line between groups.
    void fill(QMenu& menu, Menu which) const;
    void refresh();
    /// New icons for another theme.
    void paintIcons(const QPalette& palette);

  Q_SIGNALS:
    void added();

  private:
    std::vector<Entry> m_entries;
};

} // namespace ui::window
