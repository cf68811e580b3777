#include "ui/dialogs/CrisisDialogs.h"

#include "ui/models/TaskFollower.h"
#include "ui/style/Format.h"
#include "ui/style/Words.h"

namespace ui::dialogs {

void CrisisTaskDialog::run(window::ConsoleContext& context, const std::string& type, const core::base::Json& params) {
    setProblem({});
    enter(Phase::Running);
    core::engine::Submission submission;
    submission.type = type;
    submission.params = params;
    submission.priority = core::task::kHighestPriority;
    context.calls.call(
        this,
        [submission, actor = context.actor](core::engine::Engine& engine) {
            return engine.tasks().submit(submission, actor);
        },
        [this, &context](const core::base::Result<core::task::Task>& answer) {
            if (answer) {
                follow(context, answer->id);
                return;
            }
            setProblem(style::errorText(answer.error()));
            enter(Phase::Editing);
        });
}

void CrisisTaskDialog::follow(window::ConsoleContext& context, const core::task::TaskId& id) {
    auto* follower = new models::TaskFollower(context.calls, context.feed, id, this);
    connect(follower, &models::TaskFollower::finished, this, [this](const core::task::Task& task) {
        if (task.state == core::task::TaskState::Success) {
            Q_EMIT succeeded(task);
            accept();
            return;
        }
        const QString why = task.errorMessage.empty() ? style::word(task.state) : style::toQString(task.errorMessage);
        setProblem(tr("Task %1 ended in %2: %3").arg(style::shortId(task.id.text), style::word(task.state).toLower(), why));
        enter(Phase::Editing);
    });
    connect(follower, &models::TaskFollower::lost, this, [this](const core::base::Error& error) {
        setProblem(style::errorText(error));
        enter(Phase::Editing);
    });
}

} // namespace ui::dialogs
