#include "core/api/Route.h"

#include "core/engine/Services.h"

namespace core::api {

using task::Parameter;
using task::ParameterKind;

engine::Actor Call::actor() const {
    if (request.actor.empty())
        return {"api", "system"};
    return {request.actor, "human"};
}

std::string Call::queryText(const char* name) const {
    return query.contains(name) ? query[name].get<std::string>() : std::string();
}

std::string Call::bodyText(const char* name) const {
    return body.contains(name) ? body[name].get<std::string>() : std::string();
}

namespace {

Parameter field(std::string name, std::string description, ParameterKind kind) {
    Parameter parameter;
    parameter.name = std::move(name);
    parameter.description = std::move(description);
    parameter.kind = kind;
    return parameter;
}

Parameter ranged(Parameter parameter, double minimum, double maximum) {
    parameter.minimum = minimum;
    parameter.maximum = maximum;
    return parameter;
}

} // namespace

Parameter textField(std::string name, std::string description) {
    Parameter parameter = field(std::move(name), std::move(description), ParameterKind::Text);
    parameter.maxLength = 4096;
    return parameter;
}

Parameter requiredText(std::string name, std::string description) {
    Parameter parameter = textField(std::move(name), std::move(description));
    parameter.presence = task::Presence::Required;
    return parameter;
}

Parameter integerField(std::string name, std::string description, double minimum, double maximum) {
    return ranged(field(std::move(name), std::move(description), ParameterKind::Integer), minimum, maximum);
}

Parameter numberField(std::string name, std::string description, double minimum, double maximum) {
    return ranged(field(std::move(name), std::move(description), ParameterKind::Number), minimum, maximum);
}

Parameter flagField(std::string name, std::string description) {
    return field(std::move(name), std::move(description), ParameterKind::Boolean);
}

Parameter objectField(std::string name, std::string description) {
    return field(std::move(name), std::move(description), ParameterKind::Object);
}

Parameter listField(std::string name, std::string description) {
    return field(std::move(name), std::move(description), ParameterKind::TextList);
}

} // namespace core::api
