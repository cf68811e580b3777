#include "core/worker/Cbor.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace core::worker {

using base::Error;
using base::ErrorCode;
using base::Json;
using base::Result;

namespace {

/// Length of the valid UTF-8 sequence at `at`, 0 when there is none (overlong forms and surrogates are none).
size_t sequenceLength(std::string_view text, size_t at) {
    const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    const auto follows = [&](size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
        return byte(i) >= low && byte(i) <= high;
    };
    const unsigned lead = byte(at);
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return follows(at + 1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF)
        return follows(at + 1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF) && follows(at + 2) ? 3 : 0;
    if (lead >= 0xF0 && lead <= 0xF4)
        return follows(at + 1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF) && follows(at + 2) &&
                       follows(at + 3)
                   ? 4
                   : 0;
    return 0;
}

void repairUtf8(std::string& text) {
    if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
        return;
    std::string repaired;
    repaired.reserve(text.size());
    for (size_t at = 0; at < text.size();) {
        const size_t length = sequenceLength(text, at);
        if (length == 0)
            repaired += "\xEF\xBF\xBD";
        else
            repaired.append(text, at, length);
        at += std::max<size_t>(length, 1);
    }
    text = std::move(repaired);
}

/// Thrown and caught inside this file only.
struct BadCbor {
    std::string why;
};

/// Reads the part of CBOR (RFC 8949) that our own side writes: definite lengths, no tags, no byte strings. The JSON
/// library's reader is not used for foreign bytes because it recurses as deep as they say.
class CborReader {
  public:
    CborReader(std::string_view bytes, int maxDepth) : m_bytes(bytes), m_maxDepth(maxDepth) {}

    Json whole() {
        Json json = value(0);
        if (m_at != m_bytes.size())
            throw BadCbor{"bytes behind the value"};
        return json;
    }

  private:
    enum Major { Unsigned = 0, Negative = 1, Bytes = 2, Text = 3, Array = 4, Map = 5, Tag = 6, Simple = 7 };

    [[noreturn]] void fail(const char* why) const {
        throw BadCbor{std::string(why) + " at byte " + std::to_string(m_at)};
    }

    uint64_t bigEndian(size_t width) {
        if (m_bytes.size() - m_at < width)
            fail("the value is cut off");
        uint64_t number = 0;
        for (size_t i = 0; i < width; ++i)
            number = number << 8 | static_cast<unsigned char>(m_bytes[m_at++]);
        return number;
    }

    uint64_t argument(unsigned low) {
        if (low < 24)
            return low;
        if (low > 27)
            fail("an indefinite or reserved length");
        return bigEndian(size_t(1) << (low - 24));
    }

    std::string text(uint64_t length) {
        if (length > m_bytes.size() - m_at)
            fail("a text is cut off");
        std::string text(m_bytes.substr(m_at, length));
        m_at += length;
        repairUtf8(text);
        return text;
    }

    Json value(int depth) {
        const auto head = unsigned(bigEndian(1));
        const auto major = Major(head >> 5);
        const unsigned low = head & 0x1F;
        if (major == Simple)
            return simple(low);
        if (major == Bytes || major == Tag)
            fail("a byte string or tag");
        const uint64_t number = argument(low);
        switch (major) {
        case Unsigned: return number;
        case Negative: return negative(number);
        case Text: return text(number);
        default: break;
        }
        if (depth >= m_maxDepth)
            fail("values nested too deep");
        // Every element takes a byte at least, so a count beyond the bytes left is a lie.
        if (number > m_bytes.size() - m_at)
            fail("a list is cut off");
        return major == Array ? array(number, depth + 1) : map(number, depth + 1);
    }

    Json negative(uint64_t number) const {
        if (number > uint64_t(std::numeric_limits<int64_t>::max()))
            fail("a number out of range");
        return -1 - int64_t(number);
    }

    Json simple(unsigned low) {
        switch (low) {
        case 20: return false;
        case 21: return true;
        case 22: return nullptr;
        case 25: return half(uint16_t(bigEndian(2)));
        case 26: return double(std::bit_cast<float>(uint32_t(bigEndian(4))));
        case 27: return std::bit_cast<double>(bigEndian(8));
        default: fail("a value of an unknown kind");
        }
    }

    /// IEEE 754 half precision; the writer uses it for NaN and the infinities.
    static double half(uint16_t bits) {
        const int exponent = bits >> 10 & 0x1F;
        const int mantissa = bits & 0x3FF;
        double number = 0;
        if (exponent == 31)
            number = mantissa == 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
        else
            number = exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(mantissa + 1024, exponent - 25);
        return bits & 0x8000 ? -number : number;
    }

    Json array(uint64_t count, int depth) {
        Json json = Json::array();
        for (uint64_t i = 0; i < count; ++i)
            json.push_back(value(depth));
        return json;
    }

    Json map(uint64_t count, int depth) {
        Json json = Json::object();
        auto& members = json.get_ref<Json::object_t&>();
        for (uint64_t i = 0; i < count; ++i) {
            const auto head = unsigned(bigEndian(1));
            if (head >> 5 != Text)
                fail("a name that is not text");
            std::string name = text(argument(head & 0x1F));
            const size_t before = members.size();
            members.emplace_hint(members.end(), std::move(name), value(depth));
            if (members.size() == before)
                fail("a name said twice");
        }
        return json;
    }

    std::string_view m_bytes;
    int m_maxDepth;
    size_t m_at = 0;
};

} // namespace

std::string toCbor(const Json& json) {
    std::string bytes;
    Json::to_cbor(json, nlohmann::detail::output_adapter<char>(bytes));
    return bytes;
}

Result<Json> fromCbor(std::string_view bytes, int maxDepth) {
    try {
        return CborReader(bytes, maxDepth).whole();
    } catch (const BadCbor& bad) {
        return Error{ErrorCode::InvalidParams, "malformed CBOR: " + bad.why, {}, {}};
    }
}

int depthOf(const Json& json) {
    if (!json.is_structured())
        return 0;
    int deepest = 0;
    for (const Json& child : json)
        deepest = std::max(deepest, depthOf(child));
    return deepest + 1;
}

} // namespace core::worker
