#include "core/upkeep/MailSpool.h"

#include "core/base/ReplaceFile.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>

namespace core::upkeep {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

constexpr size_t kMaxHeader = 500;

std::string textOf(const base::Json& body, const char* name) {
    return body.is_object() && body.contains(name) && body[name].is_string() ? body[name].get<std::string>()
                                                                             : std::string();
}

/// One header line's worth: no line breaks or other control characters, whatever a task wrote there.
std::string headerText(std::string text) {
    std::replace_if(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
    return text.substr(0, kMaxHeader);
}

std::string base64(const std::string& text) {
    std::string encoded(4 * ((text.size() + 2) / 3) + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()), int(text.size()));
    encoded.resize(size_t(size));
    return encoded;
}

/// RFC 2047 when it is not plain ASCII.
std::string encodedHeader(const std::string& text) {
    const std::string line = headerText(text);
    const bool plain = std::ranges::all_of(line, [](unsigned char c) { return c < 0x80; });
    return plain ? line : "=?utf-8?B?" + base64(line) + "?=";
}

/// An address: as it is, or a name of this machine's mail.
Result<std::string> addressOf(const std::string& to) {
    const bool good = !to.empty() && to.size() <= 320 && std::ranges::count(to, '@') <= 1 && to.front() != '@' &&
                      to.back() != '@' && std::ranges::all_of(to, [](unsigned char c) {
                          return c > 0x20 && c < 0x7f && std::string_view("<>,;:\"()[]\\").find(char(c)) == std::string::npos;
                      });
    if (!good)
        return Error{ErrorCode::InvalidParams, "'" + headerText(to) + "' is no e-mail address", {}, {}};
    return to.find('@') == std::string::npos ? to + "@localhost" : to;
}

std::string lines76(const std::string& text) {
    std::string lines;
    for (size_t at = 0; at < text.size(); at += 76)
        lines += text.substr(at, 76) + "\r\n";
    return lines;
}

std::string dateHeader(base::Instant at) {
    static constexpr const char* kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::string iso = base::formatInstant(std::chrono::floor<base::seconds>(at)); // 2026-11-20T08:15:30Z
    const base::Date day = std::chrono::floor<std::chrono::days>(at);
    return std::string(kDays[base::isoWeekday(day)]) + ", " + iso.substr(8, 2) + " " +
           kMonths[std::stoi(iso.substr(5, 2)) - 1] + " " + iso.substr(0, 4) + " " + iso.substr(11, 8) + " +0000";
}

} // namespace

Result<void> MailSpool::deliver(const base::Json& body, const std::string& idempotencyKey) const {
    const auto to = addressOf(textOf(body, "to"));
    if (!to)
        return to.error();
    const std::string subject = textOf(body, "subject"), text = textOf(body, "body");
    if (subject.empty() || text.empty())
        return Error{ErrorCode::InvalidParams, "an e-mail needs a subject and a body", {}, {}};
    std::string name = headerText(idempotencyKey);
    std::replace_if(name.begin(), name.end(), [](char c) { return c == '/' || c == ':' || c == ' '; }, '-');
    const std::string mail = "From: Beatwarden <beatwarden@localhost>\r\nTo: <" + *to + ">\r\nSubject: " +
                             encodedHeader(subject) + "\r\nDate: " + dateHeader(m_clock.now()) + "\r\nMessage-ID: <" +
                             name + "@beatwarden.localhost>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; "
                             "charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + lines76(base64(text));
    std::error_code problem;
    std::filesystem::create_directories(m_folder, problem);
    return base::replaceFile(m_folder / (name + ".eml"), mail);
}

} // namespace core::upkeep
