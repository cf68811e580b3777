#include "core/base/Uuid.h"

#include <array>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <sys/random.h>

namespace core::base {

namespace {

constexpr char kHex[] = "0123456789abcdef";

void fillRandom(void* buffer, size_t size) {
    auto* bytes = static_cast<unsigned char*>(buffer);
    while (size > 0) {
        const ssize_t got = getrandom(bytes, size, 0);
        if (got <= 0)
            std::abort(); // getrandom(2) cannot fail for these sizes on a kernel that runs us
        bytes += got;
        size -= size_t(got);
    }
}

} // namespace

std::string newUuidV7(Instant now) {
    std::array<unsigned char, 16> bytes{};
    fillRandom(bytes.data() + 6, 10);
    const uint64_t milliseconds = uint64_t(now.time_since_epoch().count());
    for (int i = 0; i < 6; ++i)
        bytes[size_t(i)] = static_cast<unsigned char>(milliseconds >> (8 * (5 - i)));
    bytes[6] = static_cast<unsigned char>(0x70 | (bytes[6] & 0x0f));
    bytes[8] = static_cast<unsigned char>(0x80 | (bytes[8] & 0x3f));

    std::string text;
    text.reserve(36);
    for (size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text += '-';
        text += kHex[bytes[i] >> 4];
        text += kHex[bytes[i] & 15];
    }
    return text;
}

bool isUuid(std::string_view text) {
    if (text.size() != 36)
        return false;
    for (size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !std::isxdigit(static_cast<unsigned char>(text[i])))
            return false;
    }
    return true;
}

std::string randomHex(int bytes) {
    std::string raw(size_t(bytes), '\0');
    fillRandom(raw.data(), raw.size());
    std::string text;
    for (const unsigned char c : raw) {
        text += kHex[c >> 4];
        text += kHex[c & 15];
    }
    return text;
}

} // namespace core::base
