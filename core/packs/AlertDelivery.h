#pragma once

#include "core/packs/Alert.h"
#include "core/programme/Contact.h"
#include "core/task/TaskContext.h"

#include <string>
#include <vector>

namespace core::packs {

/// What was done about one channel.
struct ChannelResult {
    std::string channel; ///< in_app, email
    bool success = false; ///< in_app: committed with the task; email: laid into the outbox with it
    int recipients = 0;
    std::string error; ///< what did not go as wished, for people; may stand beside a success
};

/// Adds what tells people of the alert: in the console a notification each, and from `warning` on an e-mail each, which
/// leaves through the outbox. There is no webhook, because none can be configured yet. What cannot be told by mail is
/// told in the results and stops nothing else.
std::vector<ChannelResult> deliverAlert(task::Outcome& outcome, const task::TaskContext& context, base::Instant now,
                                        const Alert& alert, const std::vector<programme::Contact>& recipients);

/// `[RESILIENCE CRITICAL] ` and the first 50 characters of the message.
std::string alertSubject(const Alert& alert);
/// `high` for critical and emergency, `normal` for warning, `low` for info.
const char* alertPriority(const std::string& level);

base::Json toDocument(const ChannelResult& result);

} // namespace core::packs
