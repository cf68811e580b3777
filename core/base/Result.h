#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace core::base {

/// Why something could not be done. Closed: surfaces (exit status, HTTP status, MCP kind) map it in one table each.
enum class ErrorCode {
    InvalidParams, ///< the caller's words are wrong; saying them again will not help
    NotFound,      ///< the thing named does not exist
    Conflict,      ///< it exists, but not in a state that allows this
    Unavailable,   ///< engine, worker or broker cannot be reached or is stopping; try again
    Unauthorized,  ///< the caller may not do this
    Io,            ///< disk, file or socket failed
    ReadOnly,      ///< the disk or file cannot be written
    Corrupt,       ///< a file is damaged or not ours
    Unsupported,   ///< a newer schema, an unknown version
    Cancelled,     ///< stopped on request
    Internal       ///< a promise inside the program was broken
};

/// `invalid_params`, `not_found`, … (the words of HTTP problems and MCP errors).
const char* toText(ErrorCode code);

/// One wrong field of a larger input, for forms and row-by-row reports.
struct FieldError {
    std::string field;
    std::string message;
};

/// What went wrong, for people. `message` says what is wrong, `remedy` what to do (may be empty).
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string message;
    std::string remedy;
    std::vector<FieldError> fields;

    /// `message` and `remedy` as one line.
    std::string text() const { return remedy.empty() ? message : message + ". " + remedy; }
    /// The same error, said in a wider context: `context: message`.
    Error in(const std::string& context) const {
        return {code, context + ": " + message, remedy, fields};
    }
};

/// A value or an Error, shaped like std::expected.
template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}
    Result(ErrorCode code, std::string message, std::string remedy = {})
        : m_state(std::in_place_index<1>, Error{code, std::move(message), std::move(remedy), {}}) {}

    bool has_value() const { return m_state.index() == 0; }
    explicit operator bool() const { return has_value(); }
    T& value() & { return *get(); }
    const T& value() const& { return *get(); }
    T&& value() && { return std::move(*get()); }
    T& operator*() & { return *get(); }
    const T& operator*() const& { return *get(); }
    T&& operator*() && { return std::move(*get()); }
    T* operator->() { return get(); }
    const T* operator->() const { return get(); }
    const Error& error() const {
        assert(!has_value());
        return std::get<1>(m_state);
    }
    T value_or(T other) const { return has_value() ? *get() : std::move(other); }

  private:
    T* get() {
        assert(has_value());
        return std::get_if<0>(&m_state);
    }
    const T* get() const {
        assert(has_value());
        return std::get_if<0>(&m_state);
    }
    std::variant<T, Error> m_state;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : m_error(std::move(error)) {}
    Result(ErrorCode code, std::string message, std::string remedy = {})
        : m_error(Error{code, std::move(message), std::move(remedy), {}}) {}

    bool has_value() const { return !m_error; }
    explicit operator bool() const { return has_value(); }
    const Error& error() const {
        assert(m_error);
        return *m_error;
    }

  private:
    std::optional<Error> m_error;
};

} // namespace core::base
