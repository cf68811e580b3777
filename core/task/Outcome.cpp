#include "core/task/Outcome.h"

#include <limits>

namespace core::task {

using base::Error;
using base::ErrorCode;
using base::Json;
using base::Result;

namespace {

constexpr const char* kChangeWords[] = {"insert", "update", "upsert", "delete"};

Json toJson(const Change& change) {
    Json json{{"kind", kChangeWords[size_t(change.kind)]}, {"table", change.table}, {"values", change.values},
              {"where", change.where}};
    if (change.expectRows)
        json["expect_rows"] = *change.expectRows;
    return json;
}

Json toJson(const AuditEntry& entry) {
    return {{"action", entry.action},           {"actor", entry.actor},       {"actor_type", entry.actorType},
            {"entity_type", entry.entityType},  {"entity_id", entry.entityId}, {"before", entry.before},
            {"after", entry.after},             {"reason", entry.reason}};
}

/// Thrown and caught inside this file only: a frame that does not say what it must.
struct Malformed {
    std::string field;
};

const Json& member(const Json& json, const char* name) {
    if (!json.is_object() || !json.contains(name))
        throw Malformed{name};
    return json[name];
}

std::string text(const Json& json, const char* name) {
    const Json& value = member(json, name);
    if (!value.is_string())
        throw Malformed{name};
    return value.get<std::string>();
}

const Json& ofType(const Json& json, const char* name, Json::value_t type) {
    const Json& value = member(json, name);
    if (value.type() != type)
        throw Malformed{name};
    return value;
}

int64_t integer(const Json& value, const char* name, int64_t low, int64_t high) {
    const auto number = base::integerIn(value, low, high);
    if (!number)
        throw Malformed{name};
    return *number;
}

int smallInteger(const Json& json, const char* name) {
    using Limits = std::numeric_limits<int>;
    return int(integer(json[name], name, Limits::min(), Limits::max()));
}

Change changeFrom(const Json& json) {
    Change change;
    const std::string kind = text(json, "kind");
    size_t index = 0;
    while (index < std::size(kChangeWords) && kind != kChangeWords[index])
        ++index;
    if (index == std::size(kChangeWords))
        throw Malformed{"kind"};
    change.kind = ChangeKind(index);
    change.table = text(json, "table");
    change.values = ofType(json, "values", Json::value_t::object);
    change.where = ofType(json, "where", Json::value_t::object);
    if (json.contains("expect_rows"))
        change.expectRows = smallInteger(json, "expect_rows");
    return change;
}

AuditEntry auditFrom(const Json& json) {
    return {text(json, "action"),    text(json, "actor"),    text(json, "actor_type"), text(json, "entity_type"),
            text(json, "entity_id"), member(json, "before"), member(json, "after"),    text(json, "reason")};
}

FollowUp followUpFrom(const Json& json) {
    FollowUp next;
    next.type = text(json, "type");
    next.params = ofType(json, "params", Json::value_t::object);
    constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
    if (json.contains("priority"))
        next.priority = smallInteger(json, "priority");
    next.countdown = base::milliseconds(integer(member(json, "countdown_ms"), "countdown_ms", 0, kMost));
    if (json.contains("after"))
        for (const Json& position : ofType(json, "after", Json::value_t::array))
            next.after.push_back(size_t(integer(position, "after", 0, kMost)));
    return next;
}

} // namespace

Outcome Outcome::success(Json result, ChangeSet changes) {
    Outcome outcome;
    outcome.result = std::move(result);
    outcome.changes = std::move(changes);
    return outcome;
}

Outcome Outcome::permanentFailure(std::string type, std::string message, Json result) {
    Outcome outcome;
    outcome.verdict = Verdict::Failure;
    outcome.result = std::move(result);
    outcome.errorType = std::move(type);
    outcome.errorMessage = std::move(message);
    outcome.retryable = Retryable::No;
    return outcome;
}

Outcome Outcome::transientFailure(std::string type, std::string message) {
    Outcome outcome = permanentFailure(std::move(type), std::move(message));
    outcome.retryable = Retryable::Yes;
    return outcome;
}

Json toJson(const Outcome& outcome) {
    Json changes = Json::array(), audit = Json::array(), followUps = Json::array(), outbox = Json::array();
    for (const auto& change : outcome.changes.changes)
        changes.push_back(toJson(change));
    for (const auto& entry : outcome.changes.audit)
        audit.push_back(toJson(entry));
    for (const auto& next : outcome.followUps) {
        Json json{{"type", next.type}, {"params", next.params}, {"countdown_ms", next.countdown.count()}};
        if (next.priority)
            json["priority"] = *next.priority;
        if (!next.after.empty())
            json["after"] = next.after;
        followUps.push_back(std::move(json));
    }
    for (const auto& message : outcome.outbox)
        outbox.push_back({{"channel", message.channel}, {"body", message.body}});
    return {{"verdict", outcome.verdict == Verdict::Success ? "success" : "failure"},
            {"result", outcome.result},
            {"changes", changes},
            {"audit", audit},
            {"follow_ups", followUps},
            {"outbox", outbox},
            {"error_type", outcome.errorType},
            {"error_message", outcome.errorMessage},
            {"traceback", outcome.traceback},
            {"retryable", outcome.retryable == Retryable::Yes}};
}

Result<Outcome> outcomeFromJson(const Json& json) {
    try {
        Outcome outcome;
        const std::string verdict = text(json, "verdict");
        if (verdict != "success" && verdict != "failure")
            throw Malformed{"verdict"};
        outcome.verdict = verdict == "success" ? Verdict::Success : Verdict::Failure;
        outcome.result = member(json, "result");
        for (const Json& item : ofType(json, "changes", Json::value_t::array))
            outcome.changes.changes.push_back(changeFrom(item));
        for (const Json& item : ofType(json, "audit", Json::value_t::array))
            outcome.changes.audit.push_back(auditFrom(item));
        for (const Json& item : ofType(json, "follow_ups", Json::value_t::array))
            outcome.followUps.push_back(followUpFrom(item));
        for (const Json& item : ofType(json, "outbox", Json::value_t::array))
            outcome.outbox.push_back({text(item, "channel"), ofType(item, "body", Json::value_t::object)});
        outcome.errorType = text(json, "error_type");
        outcome.errorMessage = text(json, "error_message");
        outcome.traceback = text(json, "traceback");
        outcome.retryable =
            ofType(json, "retryable", Json::value_t::boolean).get<bool>() ? Retryable::Yes : Retryable::No;
        return outcome;
    } catch (const Malformed& malformed) {
        return Error{ErrorCode::InvalidParams, "the outcome's field '" + malformed.field + "' is missing or wrong", {}, {}};
    }
}

} // namespace core::task
