#include "ui/models/TaskFollower.h"

namespace ui::models {

TaskFollower::TaskFollower(EngineCalls& calls, EngineFeed& feed, core::task::TaskId id, QObject* parent)
    : QObject(parent), m_calls(calls), m_id(std::move(id)) {
    connect(&feed, &EngineFeed::arrived, this, [this](const core::events::EventBatch& batch) {
        bool ended = batch.dropped > 0;
        for (const auto& event : batch.events) {
            if (!event->task || event->task->id != m_id)
                continue;
            if (event->kind == core::events::EventKind::TaskProgress)
                Q_EMIT progressed(*event->task);
            else
                ended = ended || core::task::isTerminal(event->task->state);
        }
        if (ended)
            read();
    });
    read();
}

void TaskFollower::read() {
    m_calls.call(
        this, [id = m_id](core::engine::Engine& engine) { return engine.tasks().find(id); },
        [this](core::base::Result<core::task::Task> task) {
            if (m_done)
                return;
            if (!task) {
                m_done = true;
                Q_EMIT lost(task.error());
            } else if (core::task::isTerminal(task->state)) {
                m_done = true;
                Q_EMIT finished(*task);
            }
        });
}

} // namespace ui::models
