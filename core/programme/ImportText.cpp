#include "core/programme/ImportText.h"

#include <algorithm>
#include <array>
#include <vector>

namespace core::programme {

using base::Date;
using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

constexpr std::string_view kTitles[] = {"dr",  "mr",  "mrs", "ms",  "prof", "cpt",  "capt",
                                        "maj", "ltc", "lt",  "col", "cdr",  "lcdr", "ltcol"};
constexpr std::string_view kDegrees[] = {"md", "do", "phd", "mph", "facp", "faafp"};

struct AbsenceCode {
    const char* code;
    const char* type;
};

constexpr AbsenceCode kAbsenceCodes[] = {{"VAC", "vacation"},
                                         {"LV", "vacation"},
                                         {"SICK", "sick"},
                                         {"MED", "medical"},
                                         {"CONF", "conference"},
                                         {"DEP", "deployment"},
                                         {"TDY", "tdy"},
                                         {"FEM", "family_emergency"},
                                         {"PER", "personal"},
                                         {"BER", "bereavement"},
                                         {"MAT/PAT", "maternity_paternity"},
                                         {"MAT", "maternity_paternity"},
                                         {"PAT", "maternity_paternity"},
                                         {"PCS", "pcs"},
                                         {"CONV", "convalescent"},
                                         {"EMER", "emergency_leave"},
                                         {"TRNG", "training"},
                                         {"MIL", "military_duty"}};

constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                        "jul", "aug", "sep", "oct", "nov", "dec"};

bool isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

template <size_t N>
bool isOneOf(const std::string_view (&list)[N], std::string_view word) {
    std::string plain;
    for (const char c : lowerCase(word))
        if (c != '.')
            plain += c;
    return std::find(std::begin(list), std::end(list), plain) != std::end(list);
}

/// `Do` is also a family name: the degree is written in capitals or with points.
bool isDegree(std::string_view word) {
    return isOneOf(kDegrees, word) && word != "Do" && word != "do";
}

/// The words of a part of a name, without titles before and degrees behind.
std::string withoutTitles(std::string_view part) {
    std::vector<std::string> words(1);
    for (const char c : part)
        if (!isSpace(c))
            words.back() += c;
        else if (!words.back().empty())
            words.emplace_back();
    if (words.back().empty())
        words.pop_back();
    while (words.size() > 1 && isOneOf(kTitles, words.front()))
        words.erase(words.begin());
    while (!words.empty() && isDegree(words.back()))
        words.pop_back();
    std::string result;
    for (const std::string& word : words)
        result += (result.empty() ? "" : " ") + word;
    return result;
}

/// Runs of digits and of letters; everything else separates.
struct DatePart {
    std::string text;
    bool isNumber = false;
    int value = 0;
};

std::vector<DatePart> partsOf(std::string_view text) {
    std::vector<DatePart> parts;
    char before = ' ';
    for (const char c : text) {
        if (isDigit(c) || isLetter(c)) {
            const bool sameKind = (isDigit(c) && isDigit(before)) || (isLetter(c) && isLetter(before));
            if (!sameKind)
                parts.push_back({"", isDigit(c), 0});
            parts.back().text += c;
        }
        before = c;
    }
    for (DatePart& part : parts)
        if (part.isNumber && part.text.size() <= 8)
            part.value = std::stoi(part.text);
    return parts;
}

/// 1–12, 0 if the word is no month.
int monthOf(const DatePart& part) {
    if (part.isNumber || part.text.size() < 3)
        return 0;
    const std::string start = lowerCase(part.text).substr(0, 3);
    const auto found = std::find(std::begin(kMonths), std::end(kMonths), start);
    return found == std::end(kMonths) ? 0 : int(found - std::begin(kMonths)) + 1;
}

Error notASheetDate(std::string_view text) {
    return {ErrorCode::InvalidParams,
            "'" + std::string(text) + "' is not a date",
            "Write it as YYYY-MM-DD, MM/DD/YYYY or DD Mon YYYY",
            {}};
}

/// A two-digit year is one of this century.
Result<Date> dateOf(std::string_view text, const DatePart& year, int month, int day) {
    if (year.text.size() != 4 && year.text.size() != 2)
        return notASheetDate(text);
    const int full = year.text.size() == 2 ? 2000 + year.value : year.value;
    if (full < 2000 || full > 2099)
        return Error{
            ErrorCode::InvalidParams, "'" + std::string(text) + "' is not between 2000 and 2099", "Check the year", {}};
    const std::chrono::year_month_day ymd{std::chrono::year(full), std::chrono::month(unsigned(month)),
                                          std::chrono::day(unsigned(day))};
    if (month < 1 || month > 12 || day < 1 || day > 31 || !ymd.ok()) // a calendar type takes 257 for 1
        return Error{ErrorCode::InvalidParams,
                     "there is no day '" + std::string(text) + "'",
                     "Check day and month; with slashes the month comes first",
                     {}};
    return Date(ymd);
}

} // namespace

std::string tidy(std::string_view text) {
    std::string result;
    bool gap = false;
    for (const char c : text) {
        if (isSpace(c)) {
            gap = !result.empty();
            continue;
        }
        if (gap)
            result += ' ';
        gap = false;
        result += c;
    }
    return result;
}

std::string lowerCase(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z')
            c = char(c - 'A' + 'a');
    return result;
}

std::string personName(std::string_view text) {
    // `Last, First` has one comma that does not merely set off a degree: `First Last, MD` keeps its order.
    std::vector<std::string> parts;
    size_t from = 0;
    while (from <= text.size()) {
        const size_t comma = std::min(text.find(',', from), text.size());
        if (std::string part = withoutTitles(text.substr(from, comma - from)); !part.empty())
            parts.push_back(std::move(part));
        from = comma + 1;
    }
    if (parts.empty())
        return {};
    std::string name;
    for (size_t i = 1; i < parts.size(); ++i)
        name += parts[i] + " ";
    return name + parts.front();
}

std::string nameKey(std::string_view text) {
    return lowerCase(personName(text));
}

double similarity(std::string_view a, std::string_view b) {
    if (a.empty() && b.empty())
        return 1;
    std::vector<size_t> row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
        }
    }
    return 1.0 - double(row.back()) / double(std::max(a.size(), b.size()));
}

Result<Date> sheetDate(std::string_view raw) {
    const std::string text = tidy(raw);
    const std::vector<DatePart> parts = partsOf(text);
    if (parts.size() == 1 && parts[0].isNumber && parts[0].text.size() == 8) {
        const DatePart year{parts[0].text.substr(0, 4), true, parts[0].value / 10000};
        return dateOf(text, year, parts[0].value / 100 % 100, parts[0].value % 100);
    }
    if (parts.size() < 3)
        return notASheetDate(text);
    const bool isoWithTime =
        parts.size() > 3 && parts[0].text.size() == 4 && parts[0].isNumber && (text.find(':') != std::string::npos);
    if (parts.size() > 3 && !isoWithTime)
        return notASheetDate(text);
    const DatePart &a = parts[0], &b = parts[1], &c = parts[2];
    if (a.isNumber && b.isNumber && c.isNumber)
        return a.text.size() == 4 ? dateOf(text, a, b.value, c.value) : dateOf(text, c, a.value, b.value);
    if (a.isNumber && c.isNumber && monthOf(b) > 0)
        return dateOf(text, c, monthOf(b), a.value);
    if (b.isNumber && c.isNumber && monthOf(a) > 0)
        return dateOf(text, c, monthOf(a), b.value);
    return notASheetDate(text);
}

std::optional<std::string> absenceTypeOf(std::string_view code) {
    const std::string wanted = lowerCase(tidy(code));
    for (const AbsenceCode& known : kAbsenceCodes)
        if (wanted == lowerCase(known.code) || wanted == known.type)
            return known.type;
    std::string word = wanted;
    std::replace_if(
        word.begin(), word.end(), [](char c) { return c == ' ' || c == '-' || c == '/'; }, '_');
    for (const AbsenceCode& known : kAbsenceCodes)
        if (word == known.type)
            return known.type;
    return std::nullopt;
}

std::string absenceCodes() {
    std::string list;
    for (const AbsenceCode& known : kAbsenceCodes)
        list += (list.empty() ? "" : ", ") + std::string(known.code);
    return list;
}

} // namespace core::programme
