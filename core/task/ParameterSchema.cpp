#include "core/task/ParameterSchema.h"

#include "core/base/Text.h"
#include "core/base/Time.h"

#include <algorithm>
#include <cmath>

namespace core::task {

using base::Error;
using base::ErrorCode;
using base::FieldError;
using base::Json;
using base::Result;

namespace {

std::string number(double value) {
    Json json = value;
    if (std::floor(value) == value && std::abs(value) < 1e15)
        json = int64_t(value);
    return json.dump();
}

const char* kindWords(ParameterKind kind) {
    switch (kind) {
    case ParameterKind::Integer: return "an integer";
    case ParameterKind::Number: return "a number";
    case ParameterKind::Text: return "text";
    case ParameterKind::Date: return "a date (YYYY-MM-DD)";
    case ParameterKind::Boolean: return "true or false";
    case ParameterKind::Choice: return "text";
    case ParameterKind::Object: return "an object";
    case ParameterKind::TextList: return "a list of texts";
    }
    return "text";
}

bool hasKind(ParameterKind kind, const Json& value) {
    switch (kind) {
    case ParameterKind::Integer: return value.is_number_integer();
    case ParameterKind::Number: return value.is_number();
    case ParameterKind::Text:
    case ParameterKind::Date:
    case ParameterKind::Choice: return value.is_string();
    case ParameterKind::Boolean: return value.is_boolean();
    case ParameterKind::Object: return value.is_object();
    case ParameterKind::TextList:
        return value.is_array() &&
               std::all_of(value.begin(), value.end(), [](const Json& item) { return item.is_string(); });
    }
    return false;
}

std::string rangeMessage(const Parameter& p) {
    if (p.minimum && p.maximum)
        return p.name + " must be between " + number(*p.minimum) + " and " + number(*p.maximum);
    if (p.minimum)
        return p.name + " must be at least " + number(*p.minimum);
    return p.name + " must be at most " + number(*p.maximum);
}

std::string lengthMessage(const Parameter& p) {
    if (p.minLength && p.maxLength)
        return p.name + " must have " + std::to_string(*p.minLength) + " to " + std::to_string(*p.maxLength) +
               " characters";
    if (p.minLength)
        return p.name + " must have at least " + std::to_string(*p.minLength) + " characters";
    return p.name + " must have at most " + std::to_string(*p.maxLength) + " characters";
}

std::string missingMessage(const Parameter& p) {
    return p.missingMessage.empty() ? p.name + " is required" : p.missingMessage;
}

/// What is wrong with a present value; empty when nothing is.
std::string complaint(const Parameter& p, const Json& value) {
    if (!hasKind(p.kind, value))
        return p.wrongTypeMessage.empty() ? p.name + " must be " + kindWords(p.kind) : p.wrongTypeMessage;
    if (value.is_number()) {
        const double v = value.get<double>();
        if (!std::isfinite(v))
            return p.name + " must be a finite number";
        if ((p.minimum && v < *p.minimum) || (p.maximum && v > *p.maximum))
            return rangeMessage(p);
    }
    if (p.kind == ParameterKind::Choice &&
        std::find(p.choices.begin(), p.choices.end(), value.get_ref<const std::string&>()) == p.choices.end())
        return p.wrongChoiceMessage.empty() ? p.name + " must be one of " + base::joined(p.choices) : p.wrongChoiceMessage;
    if (p.kind == ParameterKind::Date)
        if (const auto date = base::parseDate(value.get_ref<const std::string&>()); !date)
            return p.name + ": " + date.error().message;
    if (p.kind == ParameterKind::Text) {
        const auto& text = value.get_ref<const std::string&>();
        const bool blank = std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isspace(c); });
        if (p.presence == Presence::Required && blank)
            return missingMessage(p);
        const size_t length = base::characterCount(text);
        if ((p.minLength && length < size_t(*p.minLength)) || (p.maxLength && length > size_t(*p.maxLength)))
            return lengthMessage(p);
    }
    return {};
}

Json jsonSchemaOf(const Parameter& p) {
    static constexpr const char* kTypes[] = {"integer", "number", "string", "string",
                                             "boolean", "string", "object", "array"};
    Json schema{{"type", kTypes[size_t(p.kind)]}};
    if (!p.title.empty())
        schema["title"] = p.title;
    if (!p.description.empty())
        schema["description"] = p.description;
    if (!p.defaultValue.is_null())
        schema["default"] = p.defaultValue;
    if (p.kind == ParameterKind::Date)
        schema["format"] = "date";
    if (p.kind == ParameterKind::Choice)
        schema["enum"] = p.choices;
    if (p.kind == ParameterKind::TextList)
        schema["items"] = {{"type", "string"}};
    if (p.minimum)
        schema["minimum"] = p.kind == ParameterKind::Integer ? Json(int64_t(*p.minimum)) : Json(*p.minimum);
    if (p.maximum)
        schema["maximum"] = p.kind == ParameterKind::Integer ? Json(int64_t(*p.maximum)) : Json(*p.maximum);
    if (p.minLength)
        schema["minLength"] = *p.minLength;
    if (p.maxLength)
        schema["maxLength"] = *p.maxLength;
    return schema;
}

} // namespace

Result<Json> ParameterSchema::validate(const Json& params) const {
    if (!params.is_null() && !params.is_object())
        return Error{ErrorCode::InvalidParams, "params must be a JSON object", "For example {\"days_ahead\":90}", {}};
    std::vector<FieldError> wrong;
    Json checked = Json::object();
    for (const Parameter& p : m_parameters) {
        const Json value = params.is_object() ? params.value(p.name, Json()) : Json();
        if (value.is_null()) {
            if (p.presence == Presence::Required)
                wrong.push_back({p.name, missingMessage(p)});
            else if (!p.defaultValue.is_null())
                checked[p.name] = p.defaultValue;
            continue;
        }
        if (std::string message = complaint(p, value); !message.empty())
            wrong.push_back({p.name, std::move(message)});
        else
            checked[p.name] = value;
    }
    std::vector<std::string> known;
    for (const Parameter& p : m_parameters)
        known.push_back(p.name);
    if (params.is_object())
        for (const auto& [name, value] : params.items())
            if (std::find(known.begin(), known.end(), name) == known.end())
                wrong.push_back({name, "unknown parameter '" + name + "'" +
                                           (known.empty() ? ": this task takes none" : ": known are " + base::joined(known))});
    if (wrong.empty())
        return checked;
    const std::string first = wrong.front().message;
    return Error{ErrorCode::InvalidParams, first, {}, std::move(wrong)};
}

Json ParameterSchema::toJsonSchema() const {
    Json properties = Json::object();
    Json required = Json::array();
    for (const Parameter& p : m_parameters) {
        properties[p.name] = jsonSchemaOf(p);
        if (p.presence == Presence::Required)
            required.push_back(p.name);
    }
    Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                {"type", "object"},
                {"properties", properties},
                {"additionalProperties", false}};
    if (!required.empty())
        schema["required"] = required;
    return schema;
}

} // namespace core::task
