#pragma once

#include "ui/dialogs/Dialog.h"
#include "ui/window/ConsoleContext.h"

namespace ui::dialogs {

/// Thread: gui. How the engine itself is: version, sizes, commit time, its loops with their last run and error.
class EngineDialog : public Dialog {
    Q_OBJECT
  public:
    EngineDialog(window::ConsoleContext& context, QWidget* parent);
};

/// Thread: gui. Every action with its shortcut.
class ShortcutsDialog : public Dialog {
    Q_OBJECT
  public:
    ShortcutsDialog(const window::ActionRegistry& actions, QWidget* parent);
};

/// Thread: gui. Name, version, licence.
class AboutDialog : public Dialog {
    Q_OBJECT
  public:
    AboutDialog(const core::engine::EngineStatus& status, const std::filesystem::path& dataDirectory, QWidget* parent);
};

} // namespace ui::dialogs
