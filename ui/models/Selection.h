#pragma once

#include "core/engine/Services.h"

#include <QObject>

#include <optional>

namespace ui::models {

/// Thread: gui. The task, queue and schedule that menus act on: what the person has marked on the page in front.
class Selection : public QObject {
    Q_OBJECT
  public:
    using QObject::QObject;

    const std::optional<core::task::Task>& task() const { return m_task; }
    const std::optional<core::engine::QueueStatus>& queue() const { return m_queue; }
    const std::optional<core::engine::ScheduleEntry>& schedule() const { return m_schedule; }

    void setTask(std::optional<core::task::Task> task) {
        m_task = std::move(task);
        Q_EMIT changed();
    }
    void setQueue(std::optional<core::engine::QueueStatus> queue) {
        m_queue = std::move(queue);
        Q_EMIT changed();
    }
    void setSchedule(std::optional<core::engine::ScheduleEntry> schedule) {
        m_schedule = std::move(schedule);
        Q_EMIT changed();
    }

  Q_SIGNALS:
    void changed();

  private:
    std::optional<core::task::Task> m_task;
    std::optional<core::engine::QueueStatus> m_queue;
    std::optional<core::engine::ScheduleEntry> m_schedule;
};

} // namespace ui::models
