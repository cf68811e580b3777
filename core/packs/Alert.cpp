#include "core/packs/Alert.h"

#include "core/base/Text.h"

namespace core::packs {

namespace {

constexpr int kUrgentPriority = 9, kInformingPriority = 3;
constexpr size_t kLongestMessage = 2000;

int priorityOf(const std::string& level) {
    if (level == "critical" || level == "emergency")
        return kUrgentPriority;
    return level == "info" ? kInformingPriority : task::kDefaultPriority;
}

} // namespace

base::Json toDocument(const Alert& alert) {
    base::Json details = alert.details;
    details["rank"] = alert.rank;
    return {{"kind", alert.kind},
            {"transition", alert.transition},
            {"level", alert.level},
            {"status", alert.status},
            {"message", base::shortened(alert.message, kLongestMessage)},
            {"details", std::move(details)}};
}

base::Json toDocument(const std::optional<Alert>& alert) {
    return alert ? toDocument(*alert) : base::Json();
}

task::Consequence sending(base::Json alert) {
    const int priority = priorityOf(alert.at("level").get<std::string>());
    return {std::move(alert), priority};
}

std::optional<task::Consequence> sendingOf(const base::Json& result, const char* key) {
    if (!result.is_object() || !result.contains(key) || result[key].is_null())
        return std::nullopt;
    return sending(result[key]);
}

} // namespace core::packs
