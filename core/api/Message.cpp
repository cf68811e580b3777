#include "core/api/Message.h"

#include <cctype>

namespace core::api {

using base::Error;
using base::ErrorCode;
using base::Result;

const char* toText(Method method) {
    switch (method) {
    case Method::Get: return "GET";
    case Method::Post: return "POST";
    case Method::Delete: return "DELETE";
    }
    return "GET";
}

namespace {

int hexDigit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    const int lower = std::tolower(static_cast<unsigned char>(c));
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

} // namespace

Result<std::string> percentDecode(std::string_view text) {
    std::string decoded;
    for (size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            const int high = i + 2 < text.size() ? hexDigit(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hexDigit(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return Error{ErrorCode::InvalidParams, "the address has a broken escape '" +
                             std::string(text.substr(i, 3)) + "'", "Write % followed by two hexadecimal digits", {}};
            c = char(high * 16 + low);
            i += 2;
        }
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            return Error{ErrorCode::InvalidParams, "the address has a control character", "Leave it out", {}};
        decoded += c;
    }
    return decoded;
}

std::string percentEncode(std::string_view text) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x80 && std::isalnum(byte)) || c == '-' || c == '.' || c == '_' || c == '~')
            encoded += c;
        else
            encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
    return encoded;
}

Result<Fields> parseQuery(std::string_view text) {
    Fields fields;
    while (!text.empty()) {
        const size_t end = text.find('&');
        const std::string_view pair = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        if (pair.empty())
            continue;
        const size_t equals = pair.find('=');
        auto name = percentDecode(pair.substr(0, equals));
        if (!name)
            return name.error();
        auto value = percentDecode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
        if (!value)
            return value.error();
        fields.emplace_back(std::move(*name), std::move(*value));
    }
    return fields;
}

std::string targetOf(const Request& request) {
    std::string target = request.path;
    char separator = '?';
    for (const auto& [name, value] : request.query) {
        target += separator + percentEncode(name) + "=" + percentEncode(value);
        separator = '&';
    }
    return target;
}

} // namespace core::api
