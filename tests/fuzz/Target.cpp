#include "tests/fuzz/Target.h"

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace tests::fuzz {

void holds(bool kept, std::string_view promise, std::string_view about) {
    if (kept)
        return;
    std::fprintf(stderr, "BROKEN PROMISE: %.*s%s%.*s\n", int(promise.size()), promise.data(), about.empty() ? "" : ": ",
                 int(about.size()), about.data());
    std::fflush(stderr);
    std::abort();
}

void isExplained(const core::base::Error& error) {
    holds(error.code != core::base::ErrorCode::Internal, "what is wrong with an input is no fault of the program",
          error.message);
    holds(!error.message.empty(), "a refusal says what is wrong");
    for (const core::base::FieldError& field : error.fields)
        holds(!field.message.empty(), "every wrong field has its message", field.field);
}

bool same(const core::base::Json& a, const core::base::Json& b) {
    return a == b || core::base::dumpJson(a) == core::base::dumpJson(b);
}

std::string_view textOf(const uint8_t* bytes, size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

std::string_view takeLine(std::string_view& text) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

} // namespace tests::fuzz
