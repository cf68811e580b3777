#include "core/task/Schedule.h"

#include <algorithm>

namespace core::task {

using base::Error;
using base::ErrorCode;
using base::Json;
using base::Result;

namespace {

constexpr std::array<std::pair<CatchUp, std::string_view>, 3> kCatchUps{
    {{CatchUp::None, "none"}, {CatchUp::One, "one"}, {CatchUp::All, "all"}}};
constexpr std::array<std::pair<Overlap, std::string_view>, 4> kOverlaps{{{Overlap::Skip, "skip"},
                                                                          {Overlap::QueueOne, "queue-one"},
                                                                          {Overlap::Allow, "allow"},
                                                                          {Overlap::CancelOld, "cancel-old"}}};

template <class Words, class Value>
std::string_view wordOf(const Words& words, Value value) {
    for (const auto& [each, word] : words)
        if (each == value)
            return word;
    return {};
}

template <class Value, size_t N>
std::optional<Value> valueOfWord(const std::array<std::pair<Value, std::string_view>, N>& words, std::string_view text) {
    for (const auto& [value, word] : words)
        if (word == text)
            return value;
    return std::nullopt;
}

} // namespace

std::string_view toText(CatchUp catchUp) {
    return wordOf(kCatchUps, catchUp);
}

std::string_view toText(Overlap overlap) {
    return wordOf(kOverlaps, overlap);
}

std::optional<CatchUp> catchUpFromText(std::string_view text) {
    return valueOfWord(kCatchUps, text);
}

std::optional<Overlap> overlapFromText(std::string_view text) {
    return valueOfWord(kOverlaps, text);
}

namespace {

/// One key of the document: how it is written, and how it is read. `write` gives null for the default.
struct Key {
    const char* name;
    const char* expected; ///< `a number of seconds`
    Json (*write)(const Schedule&);
    bool (*read)(Schedule&, const Json&); ///< false: of the wrong kind
};

bool readText(std::string& into, const Json& value) {
    if (!value.is_string())
        return false;
    into = value.get<std::string>();
    return true;
}

/// Whole seconds that any field can hold; Timetable says which make sense.
std::optional<base::seconds> secondsOf(const Json& value) {
    constexpr int64_t kMost = 100LL * 366 * 86'400;
    const auto number = base::integerIn(value, -kMost, kMost);
    return number ? std::optional(base::seconds(*number)) : std::nullopt;
}

bool readSeconds(std::optional<base::seconds>& into, const Json& value) {
    into = secondsOf(value);
    return into.has_value();
}

bool readInstant(std::optional<base::Instant>& into, const Json& value) {
    if (!value.is_string())
        return false;
    const auto instant = base::parseInstant(value.get_ref<const std::string&>());
    if (instant)
        into = *instant;
    return bool(instant);
}

Json instantText(const std::optional<base::Instant>& instant) {
    return instant ? Json(base::formatInstant(*instant)) : Json();
}

Json textUnless(std::string_view usual, std::string_view text) {
    return text == usual ? Json() : Json(text);
}

constexpr const char* kAnInstant = "an instant such as 2026-11-20T08:15:00Z";
constexpr const char* kSeconds = "a whole number of seconds";

const std::array<Key, 16>& keys() {
    using S = Schedule;
    static const std::array<Key, 16> all{{
        {"name", "a text", [](const S& s) { return Json(s.name); },
         [](S& s, const Json& v) { return readText(s.name, v); }},
        {"type", "the id of a task type", [](const S& s) { return Json(s.type); },
         [](S& s, const Json& v) { return readText(s.type, v); }},
        {"params", "an object", [](const S& s) { return s.params.empty() ? Json() : s.params; },
         [](S& s, const Json& v) { return v.is_object() && (s.params = v, true); }},
        {"cron", "a cron expression", [](const S& s) { return textUnless("", s.cron); },
         [](S& s, const Json& v) { return readText(s.cron, v); }},
        {"every_seconds", kSeconds, [](const S& s) { return s.every.count() == 0 ? Json() : Json(s.every.count()); },
         [](S& s, const Json& v) {
             const auto every = secondsOf(v);
             s.every = every.value_or(base::seconds(0));
             return every.has_value();
         }},
        {"once_at", kAnInstant, [](const S& s) { return instantText(s.once); },
         [](S& s, const Json& v) { return readInstant(s.once, v); }},
        {"zone", "the name of a time zone", [](const S& s) { return textUnless("UTC", s.zone); },
         [](S& s, const Json& v) { return readText(s.zone, v); }},
        {"starts_at", kAnInstant, [](const S& s) { return instantText(s.starts); },
         [](S& s, const Json& v) { return readInstant(s.starts, v); }},
        {"ends_at", kAnInstant, [](const S& s) { return instantText(s.ends); },
         [](S& s, const Json& v) { return readInstant(s.ends, v); }},
        {"enabled", "true or false", [](const S& s) { return s.enabled ? Json() : Json(false); },
         [](S& s, const Json& v) { return v.is_boolean() && (s.enabled = v.get<bool>(), true); }},
        {"catch_up", "none, one or all", [](const S& s) { return textUnless("one", toText(s.catchUp)); },
         [](S& s, const Json& v) {
             const auto policy = v.is_string() ? catchUpFromText(v.get_ref<const std::string&>()) : std::nullopt;
             return policy && (s.catchUp = *policy, true);
         }},
        {"max_lateness_seconds", kSeconds, [](const S& s) { return s.maxLateness ? Json(s.maxLateness->count()) : Json(); },
         [](S& s, const Json& v) { return readSeconds(s.maxLateness, v); }},
        {"overlap", "skip, queue-one, allow or cancel-old", [](const S& s) { return textUnless("skip", toText(s.overlap)); },
         [](S& s, const Json& v) {
             const auto policy = v.is_string() ? overlapFromText(v.get_ref<const std::string&>()) : std::nullopt;
             return policy && (s.overlap = *policy, true);
         }},
        {"expires_seconds", kSeconds, [](const S& s) { return s.expires ? Json(s.expires->count()) : Json(); },
         [](S& s, const Json& v) { return readSeconds(s.expires, v); }},
        {"spread_seconds", kSeconds, [](const S& s) { return s.spread.count() == 0 ? Json() : Json(s.spread.count()); },
         [](S& s, const Json& v) {
             const auto spread = secondsOf(v);
             s.spread = spread.value_or(base::seconds(0));
             return spread.has_value();
         }},
        {"priority", "a whole number from 0 to 9", [](const S& s) { return s.priority ? Json(*s.priority) : Json(); },
         [](S& s, const Json& v) {
             const auto priority = base::integerIn(v, 0, 9);
             return priority && (s.priority = int(*priority), true);
         }},
    }};
    return all;
}

Error badDocument(std::string message, std::string remedy) {
    return {ErrorCode::InvalidParams, std::move(message), std::move(remedy), {}};
}

} // namespace

Json toJson(const Schedule& schedule) {
    Json document = Json::object();
    for (const Key& key : keys())
        if (Json value = key.write(schedule); !value.is_null())
            document[key.name] = std::move(value);
    return document;
}

Result<Schedule> scheduleFromJson(const Json& document) {
    if (!document.is_object())
        return badDocument("a schedule is described by an object", "Write {\"name\": …, \"type\": …, \"cron\": …}");
    Schedule schedule;
    for (const auto& [name, value] : document.items()) {
        const auto key = std::find_if(keys().begin(), keys().end(), [&name = name](const Key& each) { return name == each.name; });
        if (key == keys().end()) {
            std::string known;
            for (const Key& each : keys())
                known += (known.empty() ? "" : ", ") + std::string(each.name);
            return badDocument("a schedule has nothing called '" + name + "'", "Known are: " + known);
        }
        if (!value.is_null() && !key->read(schedule, value))
            return badDocument("'" + name + "' of a schedule cannot be " + base::dumpJson(value).substr(0, 100),
                               std::string("Give ") + key->expected);
    }
    for (const auto& [text, key] : {std::pair{&schedule.name, "name"}, {&schedule.type, "type"}})
        if (text->empty())
            return badDocument(std::string("the schedule has no ") + key, std::string("Give its '") + key + "'");
    return schedule;
}

} // namespace core::task
