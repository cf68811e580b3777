#include "core/base/Text.h"

#include <string_view>

namespace core::base {

std::string shortened(std::string text, size_t maxBytes) {
    static constexpr std::string_view kMark = " … (cut)";
    if (text.size() <= maxBytes)
        return text;
    size_t end = maxBytes - kMark.size();
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end; // not inside a character
    text.resize(end);
    return text += kMark;
}

std::string grouped(int64_t number) {
    std::string digits = std::to_string(number);
    for (int at = int(digits.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3)
        digits.insert(size_t(at), ",");
    return digits;
}

} // namespace core::base
