#include "core/packs/Alert.h"

#include "core/packs/Reading.h"

namespace core::packs {

void addAlert(task::Outcome& outcome, const task::TaskContext& context, base::Instant now, const Alert& alert) {
    task::Change row;
    row.table = "resilience_alert";
    row.values["at"] = secondsText(now);
    row.values["kind"] = alert.kind;
    row.values["transition"] = alert.transition;
    row.values["level"] = alert.level;
    row.values["status"] = alert.status;
    row.values["message"] = alert.message;
    row.values["details"] = alert.details;
    row.values["task_id"] = context.taskId();
    outcome.changes.changes.push_back(std::move(row));

    task::OutboxMessage message;
    message.channel = "in_app";
    message.body["type"] = "resilience_alert_" + alert.level;
    message.body["kind"] = alert.kind;
    message.body["level"] = alert.level;
    message.body["transition"] = alert.transition;
    message.body["message"] = alert.message;
    message.body["details"] = alert.details;
    message.body["at"] = secondsText(now);
    outcome.outbox.push_back(std::move(message));
}

} // namespace core::packs
