#pragma once

#include "ui/window/ActionRegistry.h"

#include <QStringList>
#include <QWidget>

namespace ui::delegates {
class Table;
}

namespace ui::pages {

/// A page's heading with one line of explanation, and buttons that are views of actions.
QWidget* pageHeader(const QString& title, const QString& explanation, window::ActionRegistry& actions,
                    const QStringList& actionIds);
/// These actions as the context menu of a table.
void addContextMenu(delegates::Table* table, window::ActionRegistry& actions, const QStringList& actionIds);
/// Everything of a menu of the menu bar as the context menu of a table.
void addContextMenu(delegates::Table* table, window::ActionRegistry& actions, window::Menu menu);

} // namespace ui::pages
