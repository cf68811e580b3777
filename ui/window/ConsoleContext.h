#pragma once

#include "core/engine/Engine.h"
#include "ui/models/EngineCalls.h"
#include "ui/models/EngineFeed.h"
#include "ui/models/ProgrammeWatch.h"
#include "ui/models/Selection.h"
#include "ui/style/Appearance.h"
#include "ui/window/ActionRegistry.h"
#include "ui/window/Settings.h"

namespace ui::window {

class Commands;

/// Which tasks the Tasks page is to show.
struct TaskQuery {
    std::vector<core::task::TaskState> states;
    std::string queue;
    std::string type;
    QString search;
};

enum class NoticeKind { Done, Problem };

/// What can be done about good news, for as long as it is shown: open it, take it back.
struct Offer {
    QString verb; ///< on the button
    std::function<void()> act;
    int staysMs = 8'000;
};

/// Thread: gui. How a page leads somewhere else and says what came of something.
class Navigator {
  public:
    virtual ~Navigator() = default;
    virtual void showPage(const QString& id) = 0;
    virtual void showTasks(const TaskQuery& query) = 0;
    virtual void showTask(const core::task::TaskId& id) = 0;
    /// A line above the pages: fades for Done, stays for Problem until dismissed.
    virtual void notice(NoticeKind kind, const QString& text) = 0;
    /// As a notice of something done, with a button while it is shown.
    virtual void offer(const QString& text, const Offer& offer) = 0;
};

/// What every page is made with. The references outlive all pages.
struct ConsoleContext {
    core::engine::Engine& engine;
    models::EngineCalls& calls;
    models::EngineFeed& feed;
    models::ProgrammeWatch& programme;
    models::Selection& selection;
    Settings& settings;
    ActionRegistry& actions;
    Navigator& navigator;
    Commands& commands;
    core::engine::Actor actor;
};

} // namespace ui::window
