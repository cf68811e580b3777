#include "core/task/RateLimit.h"

#include <charconv>

namespace core::task {

namespace {

constexpr int kHighestCount = 1'000'000;

/// Takes a number from 1 to kHighestCount off the front; 0 when there is none.
int takeCount(std::string_view& text) {
    int count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || count < 1 || count > kHighestCount)
        return 0;
    text.remove_prefix(size_t(end - text.data()));
    return count;
}

bool takeWord(std::string_view& text, std::string_view word) {
    if (!text.starts_with(word))
        return false;
    text.remove_prefix(word.size());
    return true;
}

} // namespace

std::string toText(const RateLimit& limit) {
    if (!limit.limits())
        return "none";
    const char* unit = limit.per == std::chrono::hours(1) ? "/h" : limit.per == std::chrono::minutes(1) ? "/m" : "/s";
    return std::to_string(limit.count) + unit + (limit.burst > 0 ? " burst " + std::to_string(limit.burst) : "");
}

base::Result<RateLimit> parseRateLimit(std::string_view text) {
    if (text == "none")
        return RateLimit();
    const std::string whole(text);
    RateLimit limit;
    limit.count = takeCount(text);
    bool right = limit.count > 0;
    if (takeWord(text, "/h"))
        limit.per = std::chrono::hours(1);
    else if (takeWord(text, "/m"))
        limit.per = std::chrono::minutes(1);
    else
        right = right && takeWord(text, "/s");
    if (right && takeWord(text, " burst ")) {
        limit.burst = takeCount(text);
        right = limit.burst > 0;
    }
    if (!right || !text.empty())
        return base::Error{base::ErrorCode::InvalidParams, "'" + whole + "' is not a rate",
                           "Write for example 10/s, 100/m, 5/h, 10/m burst 5, or none", {}};
    return limit;
}

} // namespace core::task
