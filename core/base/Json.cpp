#include "core/base/Json.h"

#include <limits>
#include <nlohmann/json.hpp>

namespace core::base {

Result<Json> parseJson(std::string_view text, int maxDepth) {
    bool tooDeep = false;
    const auto watchDepth = [&](int depth, Json::parse_event_t event, Json&) {
        if ((event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start) &&
            depth >= maxDepth) {
            tooDeep = true;
            return false;
        }
        return true;
    };
    try {
        Json json = Json::parse(text.begin(), text.end(), watchDepth);
        if (tooDeep)
            return Error{ErrorCode::InvalidParams, "the JSON nests deeper than " + std::to_string(maxDepth) + " levels",
                         "Flatten it", {}};
        return json;
    } catch (const Json::exception& e) {
        std::string why = e.what();
        if (const auto end = why.find("] "); end != std::string::npos)
            why = why.substr(end + 2);
        return Error{ErrorCode::InvalidParams, "malformed JSON: " + why, {}, {}};
    }
}

std::optional<int64_t> integerIn(const Json& value, int64_t low, int64_t high) {
    if (!value.is_number_integer() ||
        (value.is_number_unsigned() && value.get<uint64_t>() > uint64_t(std::numeric_limits<int64_t>::max())))
        return std::nullopt;
    const auto number = value.get<int64_t>();
    return number >= low && number <= high ? std::optional(number) : std::nullopt;
}

std::string dumpJson(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string prettyJson(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

} // namespace core::base
