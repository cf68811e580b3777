#include "core/packs/AlertDelivery.h"
#include "core/packs/Reading.h"
#include "core/packs/resilience/Tasks.h"
#include "core/programme/store/ContactStore.h"

namespace core::packs::resilience {

namespace {

constexpr int kLongestMessage = 4000;

Alert alertOf(const base::Json& params) {
    Alert alert;
    alert.kind = params.at("kind");
    alert.transition = params.at("transition");
    alert.level = params.at("level");
    alert.status = params.at("status");
    alert.message = params.at("message");
    alert.details = params.at("details");
    return alert;
}

task::Change alertRow(const base::Json& params, const task::TaskContext& context, base::Instant now) {
    task::Change row;
    row.table = "resilience_alert";
    row.values = params;
    row.values["at"] = secondsText(now);
    row.values["task_id"] = context.taskId();
    return row;
}

task::OutboxMessage inAppMessage(const base::Json& params, base::Instant now) {
    task::OutboxMessage message;
    message.channel = "in_app";
    message.body = params;
    message.body["type"] = "resilience_alert_" + params.at("level").get<std::string>();
    message.body["at"] = secondsText(now);
    return message;
}

task::Outcome sendAlert(core::store::Connection& db, const base::Json& params, task::TaskContext& context) {
    const base::Instant now = context.clock().now();
    context.progress(20, "Finding whom to tell");
    const auto recipients = programme::store::readAlertRecipients(db);
    context.checkCancelled();
    task::Outcome outcome;
    outcome.changes.changes.push_back(alertRow(params, context, now));
    outcome.outbox.push_back(inAppMessage(params, now));
    base::Json deliveries = base::Json::array();
    for (const ChannelResult& result : deliverAlert(outcome, context, now, alertOf(params), recipients)) {
        deliveries.push_back(toDocument(result));
        if (!result.error.empty())
            context.log(base::LogLevel::Warning, result.channel + ": " + result.error);
    }
    outcome.result = {{"timestamp", base::formatInstant(now)},
                      {"level", params.at("level")},
                      {"message", params.at("message")},
                      {"delivery_results", std::move(deliveries)}};
    context.progress(90, "Laying out the messages");
    return outcome;
}

task::Parameter choice(const char* name, const char* title, std::vector<std::string> words) {
    task::Parameter parameter;
    parameter.name = name;
    parameter.title = title;
    parameter.kind = task::ParameterKind::Choice;
    parameter.choices = std::move(words);
    return parameter;
}

task::Parameter text(const char* name, const char* title, const char* description, int longest) {
    task::Parameter parameter;
    parameter.name = name;
    parameter.title = title;
    parameter.description = description;
    parameter.maxLength = longest;
    return parameter;
}

task::ParameterSchema alertParameters() {
    task::Parameter level = choice("level", "Level", {"info", "warning", "critical", "emergency"});
    level.description = "How urgent it is; from warning on people are written to as well";
    level.presence = task::Presence::Required;
    task::Parameter message = text("message", "Message", "What people are told", kLongestMessage);
    message.presence = task::Presence::Required;
    message.minLength = 1;
    task::Parameter details;
    details.name = "details";
    details.title = "Details";
    details.description = "Figures and ids for who wants to know more";
    details.kind = task::ParameterKind::Object;
    details.defaultValue = base::Json::object();
    task::Parameter kind = text("kind", "Kind", "What it is about: health, contingency, crisis …", 100);
    kind.defaultValue = "manual";
    task::Parameter transition =
        choice("transition", "Transition", {"event", "entering", "worsening", "recovery"});
    transition.description = "Whether something turned bad, turned worse, is well again, or happened once";
    transition.defaultValue = "event";
    task::Parameter status = text("status", "Status", "The status that it speaks of", 100);
    status.defaultValue = "";
    return task::ParameterSchema({level, message, details, kind, transition, status});
}

} // namespace

task::TaskType sendAlertTask() {
    task::TaskType type;
    type.id = "send_resilience_alert";
    type.celeryName = "app.resilience.tasks.send_resilience_alert";
    type.queue = "resilience";
    type.title = "Send resilience alert";
    type.description = "Tells the operations contacts in the console, and from warning on by e-mail";
    type.parameters = alertParameters();
    type.retry = task::RetryPolicy::fixed(3, base::seconds(30));
    type.expectedDuration = "a few seconds";
    type.resultSchema = resultSchema(
        {{"timestamp", "string"}, {"level", "string"}, {"message", "string"}, {"delivery_results", "array"}});
    type.run = [](const base::Json& params, task::TaskContext& context) {
        return onSnapshotOfAny(context, [&](core::store::Connection& db) { return sendAlert(db, params, context); });
    };
    return type;
}

} // namespace core::packs::resilience
