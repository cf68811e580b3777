#include "app/cli/Text.h"

#include "core/base/Text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace app::cli {

using core::base::characterCount;
using core::base::Json;

namespace {

struct CodePoint {
    char32_t value = 0;
    size_t bytes = 0; ///< 0: broken
};

CodePoint decode(std::string_view text) {
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    const size_t length = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (length == 0 || length > text.size())
        return {};
    char32_t value = length == 1 ? lead : char32_t(lead & (0x7F >> length));
    for (size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80)
            return {};
        value = (value << 6) | (byte(i) & 0x3F);
    }
    constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < kSmallest[length] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
        return {};
    return {value, length};
}

/// C0, DEL, C1, line separators and everything that changes the direction of writing.
bool isDangerous(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

std::string escape(char32_t c) {
    char text[16];
    std::snprintf(text, sizeof text, c < 0x100 ? "\\x%02x" : "\\u%04x", unsigned(c));
    return text;
}

std::string padded(const std::string& text, size_t wanted, Align align) {
    const size_t width = characterCount(text);
    const std::string spaces(wanted > width ? wanted - width : 0, ' ');
    return align == Align::Right ? spaces + text : text + spaces;
}

} // namespace

std::string plain(std::string_view text, Newlines newlines) {
    std::string safe;
    while (!text.empty()) {
        const CodePoint point = decode(text);
        if (point.bytes == 0) {
            safe += escape(static_cast<unsigned char>(text.front()));
            text.remove_prefix(1);
            continue;
        }
        if (point.value == '\n' && newlines == Newlines::Kept)
            safe += '\n';
        else if (point.value == '\n')
            safe += "\\n";
        else if (isDangerous(point.value))
            safe += escape(point.value);
        else
            safe += text.substr(0, point.bytes);
        text.remove_prefix(point.bytes);
    }
    return safe;
}

std::string cell(const Json& value) {
    if (value.is_null())
        return "-";
    if (value.is_string())
        return plain(value.get_ref<const std::string&>());
    if (value.is_boolean())
        return value.get<bool>() ? "yes" : "no";
    if (value.is_number_float()) {
        char text[32];
        std::snprintf(text, sizeof text, "%.4g", value.get<double>());
        return text;
    }
    return plain(core::base::dumpJson(value));
}

std::string cell(const Json& document, const char* member) {
    return document.is_object() && document.contains(member) ? cell(document[member]) : "-";
}

std::string duration(double seconds) {
    struct Unit {
        double seconds;
        const char* name;
    };
    static constexpr Unit kUnits[] = {{86'400, "d"}, {3'600, "h"}, {60, "min"}};
    for (const Unit& unit : kUnits)
        if (seconds >= unit.seconds)
            return std::to_string(int64_t(seconds / unit.seconds)) + " " + unit.name;
    char text[32];
    std::snprintf(text, sizeof text, seconds < 10 ? "%.1f s" : "%.0f s", seconds);
    return text;
}

std::string age(const Json& instant, core::base::Instant now) {
    if (!instant.is_string())
        return "-";
    const auto at = core::base::parseInstant(instant.get_ref<const std::string&>());
    if (!at)
        return cell(instant);
    const double seconds = double((now - *at).count()) / 1000.0;
    return seconds >= 0 ? duration(seconds) + " ago" : "in " + duration(-seconds);
}

std::string percent(const Json& ratio) {
    if (!ratio.is_number())
        return "-";
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", ratio.get<double>() * 100);
    return text;
}

void Table::add(std::vector<std::string> cells) {
    cells.resize(m_columns.size());
    m_rows.push_back(std::move(cells));
}

void Table::print(std::ostream& out) const {
    std::vector<size_t> widths;
    for (size_t column = 0; column < m_columns.size(); ++column) {
        size_t widest = characterCount(m_columns[column].title);
        for (const auto& row : m_rows)
            widest = std::max(widest, characterCount(row[column]));
        widths.push_back(widest);
    }
    const auto printRow = [&](auto&& textOf) {
        for (size_t column = 0; column < m_columns.size(); ++column) {
            const bool last = column + 1 == m_columns.size();
            const Align align = m_columns[column].align;
            out << (column ? "  " : "")
                << (last && align == Align::Left ? textOf(column) : padded(textOf(column), widths[column], align));
        }
        out << '\n';
    };
    printRow([&](size_t column) { return m_columns[column].title; });
    for (const auto& row : m_rows)
        printRow([&](size_t column) { return row[column]; });
}

void printSheet(std::ostream& out, const std::vector<std::pair<std::string, std::string>>& rows) {
    size_t widest = 0;
    for (const auto& [name, value] : rows)
        widest = std::max(widest, characterCount(name));
    for (const auto& [name, value] : rows)
        if (!value.empty() && value != "-")
            out << padded(name + ":", widest + 2, Align::Left) << value << '\n';
}

} // namespace app::cli
