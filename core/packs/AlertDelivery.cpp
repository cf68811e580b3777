#include "core/packs/AlertDelivery.h"

#include "core/packs/Reading.h"

#include <algorithm>

namespace core::packs {

namespace {

constexpr size_t kSubjectCharacters = 50;

/// The first `most` characters (code points) of UTF-8 text.
std::string firstCharacters(const std::string& text, size_t most) {
    size_t characters = 0;
    for (size_t i = 0; i < text.size(); ++i)
        if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80 && ++characters > most)
            return text.substr(0, i);
    return text;
}

std::string upperCase(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
    return text;
}

task::Change notificationRow(const programme::Contact& recipient, const Alert& alert, const task::TaskContext& context,
                             base::Instant now) {
    task::Change row;
    row.table = "notification";
    row.values["at"] = secondsText(now);
    row.values["recipient_id"] = recipient.id;
    row.values["type"] = "resilience_alert_" + alert.level;
    row.values["priority"] = alertPriority(alert.level);
    row.values["subject"] = alertSubject(alert);
    row.values["body"] = alert.message;
    row.values["data"] = alert.details;
    row.values["task_id"] = context.taskId();
    return row;
}

std::string mailText(const Alert& alert, base::Instant now) {
    std::string text = alert.message + "\n\nLevel: " + alert.level + "\nAt: " + secondsText(now) + "\n";
    if (!alert.details.empty())
        text += "\n" + base::prettyJson(alert.details) + "\n";
    return text;
}

ChannelResult tellInConsole(task::Outcome& outcome, const task::TaskContext& context, base::Instant now,
                            const Alert& alert, const std::vector<programme::Contact>& recipients) {
    ChannelResult result{"in_app", true, int(recipients.size()), {}};
    for (const programme::Contact& recipient : recipients)
        outcome.changes.changes.push_back(notificationRow(recipient, alert, context, now));
    if (recipients.empty())
        result.error = "only the console shows this alert: no active admin or coordinator is an operations contact";
    return result;
}

ChannelResult tellByMail(task::Outcome& outcome, base::Instant now, const Alert& alert,
                         const std::vector<programme::Contact>& recipients) {
    ChannelResult result{"email", true, 0, {}};
    std::string without;
    for (const programme::Contact& recipient : recipients) {
        if (recipient.email.empty()) {
            without += (without.empty() ? "" : ", ") + recipient.name;
            continue;
        }
        task::OutboxMessage message;
        message.channel = "email";
        message.body["to"] = recipient.email;
        message.body["subject"] = alertSubject(alert);
        message.body["body"] = mailText(alert, now);
        outcome.outbox.push_back(std::move(message));
        ++result.recipients;
    }
    if (recipients.empty())
        result.error = "nobody to write to";
    else if (!without.empty())
        result.error = "no address is known of " + without;
    result.success = result.recipients > 0;
    return result;
}

} // namespace

std::vector<ChannelResult> deliverAlert(task::Outcome& outcome, const task::TaskContext& context, base::Instant now,
                                        const Alert& alert, const std::vector<programme::Contact>& recipients) {
    std::vector<ChannelResult> results{tellInConsole(outcome, context, now, alert, recipients)};
    if (alert.level != "info")
        results.push_back(tellByMail(outcome, now, alert, recipients));
    return results;
}

std::string alertSubject(const Alert& alert) {
    return "[RESILIENCE " + upperCase(alert.level) + "] " + firstCharacters(alert.message, kSubjectCharacters);
}

const char* alertPriority(const std::string& level) {
    return level == "critical" || level == "emergency" ? "high" : level == "warning" ? "normal" : "low";
}

base::Json toDocument(const ChannelResult& result) {
    base::Json document = base::Json::object();
    document["channel"] = result.channel;
    document["success"] = result.success;
    document["recipient_count"] = result.recipients;
    if (!result.error.empty())
        document["error"] = result.error;
    return document;
}

} // namespace core::packs
