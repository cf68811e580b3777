// The parameters of a task as a client sends them (JSON), or as a worker hands them on (CBOR).
// Input: JSON text; bytes that are no JSON are read as CBOR.

#include "core/base/Time.h"
#include "core/task/ParameterSchema.h"
#include "core/worker/Cbor.h"
#include "core/worker/Messages.h"
#include "tests/fuzz/Target.h"

#include <algorithm>
#include <cmath>

using core::base::Json;
using core::task::Parameter;
using core::task::ParameterKind;
using core::task::ParameterSchema;
using core::task::Presence;
using tests::fuzz::holds;
using tests::fuzz::same;

namespace {

Parameter named(const char* name, ParameterKind kind, Presence presence = Presence::Optional) {
    Parameter parameter;
    parameter.name = name;
    parameter.kind = kind;
    parameter.presence = presence;
    return parameter;
}

/// Every kind, with and without limits.
ParameterSchema everyKind() {
    Parameter days = named("days_ahead", ParameterKind::Integer, Presence::Required);
    days.minimum = 1;
    days.maximum = 365;
    days.defaultValue = 90;
    Parameter share = named("share", ParameterKind::Number);
    share.minimum = 0;
    share.maximum = 1;
    Parameter least = named("least", ParameterKind::Integer);
    least.minimum = -5;
    Parameter reason = named("reason", ParameterKind::Text, Presence::Required);
    reason.minLength = 3;
    reason.maxLength = 20;
    Parameter severity = named("severity", ParameterKind::Choice);
    severity.choices = {"minor", "moderate", "critical"};
    severity.defaultValue = "minor";
    return ParameterSchema({days, share, least, reason, severity, named("factor", ParameterKind::Number),
                            named("count", ParameterKind::Integer), named("note", ParameterKind::Text),
                            named("from", ParameterKind::Date), named("force", ParameterKind::Boolean),
                            named("options", ParameterKind::Object), named("people", ParameterKind::TextList)});
}

size_t characters(const std::string& text) {
    return size_t(std::count_if(text.begin(), text.end(), [](unsigned char c) { return c < 0x80 || c >= 0xC0; }));
}

bool hasType(const Json& rule, const Json& value) {
    const std::string type = rule["type"];
    if (type == "integer")
        return value.is_number_integer();
    if (type == "number")
        return value.is_number();
    if (type == "string")
        return value.is_string();
    if (type == "boolean")
        return value.is_boolean();
    return type == "object" ? value.is_object() : value.is_array();
}

/// A plain reading of the JSON Schema that is published about one parameter.
bool satisfies(const Json& rule, const Json& value) {
    if (!hasType(rule, value))
        return false;
    if (value.is_number()) {
        const double number = value.get<double>();
        if (!std::isfinite(number) || (rule.contains("minimum") && number < rule["minimum"].get<double>()) ||
            (rule.contains("maximum") && number > rule["maximum"].get<double>()))
            return false;
    }
    if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        if ((rule.contains("minLength") && characters(text) < rule["minLength"].get<size_t>()) ||
            (rule.contains("maxLength") && characters(text) > rule["maxLength"].get<size_t>()) ||
            (rule.contains("enum") && std::find(rule["enum"].begin(), rule["enum"].end(), value) == rule["enum"].end()) ||
            (rule.contains("format") && !core::base::parseDate(text)))
            return false;
    }
    return !value.is_array() || std::all_of(value.begin(), value.end(), [](const Json& item) { return item.is_string(); });
}

bool isBlank(const Json& value) {
    const auto* text = value.get_ptr<const std::string*>();
    return text && std::all_of(text->begin(), text->end(), [](unsigned char c) { return std::isspace(c); });
}

/// By the published schema, where null means absent and a text that must be there is not blank.
bool shouldPass(const Json& schema, const Json& params) {
    for (const auto& [name, value] : params.items())
        if (!schema["properties"].contains(name) || (!value.is_null() && !satisfies(schema["properties"][name], value)))
            return false;
    const Json required = schema.value("required", Json::array());
    return std::all_of(required.begin(), required.end(), [&](const Json& name) {
        const Json value = params.value(name.get<std::string>(), Json());
        return !value.is_null() && !isBlank(value);
    });
}

void check(const ParameterSchema& schema, const Json& params) {
    const Json published = schema.toJsonSchema();
    const auto checked = schema.validate(params);
    const bool wanted = params.is_null() || params.is_object();
    if (wanted) {
        const Json object = params.is_null() ? Json::object() : params;
        holds(checked.has_value() == shouldPass(published, object), "what is accepted is what the schema says");
    }
    if (!checked) {
        tests::fuzz::isExplained(checked.error());
        holds(!wanted || !checked.error().fields.empty(), "a refusal names the fields", checked.error().message);
        return;
    }
    holds(wanted, "parameters are an object");
    holds(same(schema.validate(*checked).value_or(Json()), *checked), "what was accepted is accepted as it is");
    for (const auto& [name, rule] : published["properties"].items()) {
        const Json before = params.is_object() ? params.value(name, Json()) : Json();
        const Json after = checked->value(name, Json());
        holds(same(after, before.is_null() ? rule.value("default", Json()) : before),
              "a value stays as it was said, or is the default", name);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    const std::string_view input = tests::fuzz::textOf(bytes, size);
    auto params = core::base::parseJson(input);
    if (!params) {
        tests::fuzz::isExplained(params.error());
        params = core::worker::fromCbor(input, core::worker::kMaxFrameDepth);
    }
    if (!params) {
        tests::fuzz::isExplained(params.error());
        return 0;
    }
    check(everyKind(), *params);
    check(ParameterSchema(), *params);
    return 0;
}
