#pragma once

#include "core/base/Json.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace core::task {

enum class ParameterKind { Integer, Number, Text, Date, Boolean, Choice, Object, TextList };
enum class Presence { Optional, Required };

/// One named parameter of a task type, with the exact words that refuse a wrong value.
struct Parameter {
    std::string name;        ///< `days_ahead`
    std::string title;       ///< `Days ahead`
    std::string description; ///< one line for forms and help
    ParameterKind kind = ParameterKind::Text;
    Presence presence = Presence::Optional;
    base::Json defaultValue = nullptr;   ///< null: left out when absent
    std::optional<double> minimum;       ///< Integer and Number, inclusive
    std::optional<double> maximum;       ///< Integer and Number, inclusive
    std::optional<int> minLength;        ///< Text, in characters (code points)
    std::optional<int> maxLength;        ///< Text, in characters
    std::vector<std::string> choices;    ///< Choice
    std::vector<std::string> choiceNames; ///< what a form shows for each choice; empty = the choices themselves
    std::string missingMessage;          ///< empty: `<name> is required`
    std::string wrongTypeMessage;        ///< empty: `<name> must be an integer` and the like
    std::string wrongChoiceMessage;      ///< empty: `<name> must be one of a, b, c`
    std::string unit;                    ///< shown behind the field, `days`
};

/// The parameters of a task type. One description; validation, forms, CLI, REST and MCP read it.
class ParameterSchema {
  public:
    ParameterSchema() = default;
    explicit ParameterSchema(std::vector<Parameter> parameters) : m_parameters(std::move(parameters)) {}

    const std::vector<Parameter>& parameters() const { return m_parameters; }
    /// Checks `params` (an object, or null for none) and returns it with the defaults filled in.
    /// Refuses unknown names, wrong types (a boolean is not an integer), ranges, lengths and impossible dates:
    /// InvalidParams with one FieldError per wrong field; the message is that of the first.
    base::Result<base::Json> validate(const base::Json& params) const;
    /// JSON Schema (draft 2020-12) of the parameter object.
    base::Json toJsonSchema() const;

  private:
    std::vector<Parameter> m_parameters;
};

} // namespace core::task
