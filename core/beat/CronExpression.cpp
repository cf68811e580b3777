#include "core/beat/CronExpression.h"

#include <array>
#include <bit>
#include <cctype>
#include <vector>

namespace core::beat {

using base::Error;
using base::ErrorCode;
using base::Instant;
using base::Result;
using std::chrono::days;
using std::chrono::minutes;
using std::chrono::year;
using std::chrono::year_month;

namespace {

/// Years beyond this cannot be written as four digits.
constexpr int kLastCronYear = 9999;
/// A change of rules moves no clock further.
constexpr days kFurthestChange{2};

constexpr std::array<std::string_view, 12> kMonthNames{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                       "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> kWeekdayNames{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

struct CronMacro {
    std::string_view name, meaning;
};
constexpr std::array<CronMacro, 7> kCronMacros{{{"@hourly", "0 * * * *"},
                                                {"@daily", "0 0 * * *"},
                                                {"@midnight", "0 0 * * *"},
                                                {"@weekly", "0 0 * * 0"},
                                                {"@monthly", "0 0 1 * *"},
                                                {"@yearly", "0 0 1 1 *"},
                                                {"@annually", "0 0 1 1 *"}}};

/// What one of the five fields may say.
struct CronField {
    std::string_view title; ///< `minute`, as the errors name the field
    std::string_view what;  ///< `a minute`
    unsigned low, high;
    std::string_view range; ///< `0-59`, as the errors name what is allowed
    std::string_view tooHigh; ///< what to write instead of the value just above the range
};
constexpr std::array<CronField, 5> kCronFields{
    {{"minute", "a minute", 0, 59, "0-59", "The full hour is minute 0"},
     {"hour", "an hour", 0, 23, "0-23", "Midnight is hour 0"},
     {"day-of-month", "a day of the month", 1, 31, "1-31", "The first day is 1"},
     {"month", "a month", 1, 12, "1-12 or JAN-DEC", "January is 1"},
     {"day-of-week", "a day of the week", 0, 7, "0-7 or SUN-SAT", "Sunday is 0 or 7, Monday is 1"}}};
constexpr size_t kMonthField = 3, kWeekdayField = 4;

std::string cronUpper(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        c = char(std::toupper(static_cast<unsigned char>(c)));
    return result;
}

std::string cronQuoted(std::string_view text) {
    std::string result = "'";
    for (const char c : text)
        result += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return result + "'";
}

std::vector<std::string_view> splitFields(std::string_view text) {
    std::vector<std::string_view> result;
    for (size_t i = 0; i < text.size();) {
        if (std::isspace(static_cast<unsigned char>(text[i]))) {
            ++i;
            continue;
        }
        const size_t start = i;
        while (i < text.size() && !std::isspace(static_cast<unsigned char>(text[i])))
            ++i;
        result.push_back(text.substr(start, i - start));
    }
    return result;
}

/// Decimal digits only; absent for anything else and for what no field could hold.
std::optional<unsigned> cronNumber(std::string_view text) {
    if (text.empty() || text.size() > 4)
        return std::nullopt;
    unsigned value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + unsigned(c - '0');
    }
    return value;
}

template <size_t N>
std::optional<unsigned> nameIndex(const std::array<std::string_view, N>& names, std::string_view text) {
    const std::string wanted = cronUpper(text);
    for (unsigned i = 0; i < N; ++i)
        if (wanted == names[i])
            return i;
    return std::nullopt;
}

std::optional<unsigned> valueOf(size_t field, std::string_view text) {
    if (field == kMonthField)
        if (const auto index = nameIndex(kMonthNames, text))
            return *index + 1;
    if (field == kWeekdayField)
        if (const auto index = nameIndex(kWeekdayNames, text))
            return *index;
    return cronNumber(text);
}

Error cronError(size_t field, std::string message, std::string remedy) {
    return {ErrorCode::InvalidParams, "In the " + std::string(kCronFields[field].title) + " field, " + message,
            std::move(remedy), {}};
}

/// What Quartz would have meant, said in five fields.
std::optional<Error> quartzExtra(size_t field, std::string_view item) {
    const std::string_view title = kCronFields[field].title;
    if (item.find('?') != std::string_view::npos)
        return cronError(field, "'?' is a Quartz extra", "Write * for a " + std::string(title) + " that does not matter");
    if (item.find('#') != std::string_view::npos)
        return cronError(field, cronQuoted(item) + " (the n-th weekday) is a Quartz extra",
                         "Five-field cron cannot say it; write the weekday alone and let the task check the date");
    const std::string text = cronUpper(item);
    const bool dayField = field == 2 || field == kWeekdayField;
    if (dayField && !nameIndex(kWeekdayNames, text) && !text.empty() && text.back() == 'L')
        return cronError(field, cronQuoted(item) + " (the last one) is a Quartz extra",
                         "Write the days by number, for example 28-31, and let the task check the date");
    if (field == 2 && !text.empty() && text.back() == 'W')
        return cronError(field, cronQuoted(item) + " (the nearest weekday) is a Quartz extra",
                         "Write the weekdays instead: MON-FRI in the day-of-week field");
    return std::nullopt;
}

Result<unsigned> parseValue(size_t field, std::string_view text) {
    const CronField& rule = kCronFields[field];
    const auto value = valueOf(field, text);
    if (!value || *value < rule.low || *value > rule.high) {
        std::string remedy = "Write " + std::string(rule.range);
        if (value && (*value == rule.high + 1 || *value < rule.low))
            remedy = rule.tooHigh;
        else if (field >= kMonthField && text.size() > 3 && valueOf(field, text.substr(0, 3)) && !cronNumber(text))
            remedy = "Did you mean " + cronUpper(text.substr(0, 3)) + "?";
        if (text.empty())
            return cronError(field, "a value is missing", remedy);
        return cronError(field, cronQuoted(text) + " is not " + std::string(rule.what) + " (" + std::string(rule.range) + ")",
                         remedy);
    }
    return *value;
}

struct CronRange {
    unsigned low, high;
};

/// `*`, `5`, `1-5` or `FRI-SUN`.
Result<CronRange> parseRange(size_t field, std::string_view text) {
    const CronField& rule = kCronFields[field];
    if (text == "*")
        return CronRange{rule.low, field == kWeekdayField ? 6 : rule.high};
    const size_t dash = text.find('-');
    const auto low = parseValue(field, text.substr(0, dash));
    if (!low)
        return low.error();
    if (dash == std::string_view::npos)
        return CronRange{*low, *low};
    const std::string_view highText = text.substr(dash + 1);
    const auto high = parseValue(field, highText);
    if (!high)
        return high.error();
    CronRange range{*low, *high};
    if (field == kWeekdayField && range.high == 0 && range.low > 0)
        range.high = 7; // a week that ends on Sunday
    if (range.low > range.high) {
        const unsigned last = field == kWeekdayField ? 6 : rule.high;
        return cronError(field, "the range " + cronQuoted(text) + " runs backwards",
                         "Write it as two: " + std::to_string(range.low) + "-" + std::to_string(last) + "," +
                             std::to_string(rule.low) + "-" + std::to_string(range.high));
    }
    return range;
}

/// One item of a list, as a bit mask.
Result<uint64_t> parseItem(size_t field, std::string_view item) {
    const CronField& rule = kCronFields[field];
    if (const auto extra = quartzExtra(field, item))
        return *extra;
    const size_t slash = item.find('/');
    const auto range = parseRange(field, item.substr(0, slash));
    if (!range)
        return range.error();
    unsigned step = 1;
    if (slash != std::string_view::npos) {
        const std::string_view stepText = item.substr(slash + 1);
        const unsigned largest = rule.high - rule.low + (field == kWeekdayField ? 0 : 1);
        const auto value = cronNumber(stepText);
        if (!value || *value < 1 || *value > largest)
            return cronError(field, cronQuoted(stepText) + " is not a step (1-" + std::to_string(largest) + ")",
                             "A step counts from the start of the field and begins anew when the field does; "
                             "for other intervals use a schedule with a fixed interval");
        step = *value;
        if (item.substr(0, slash).find_first_of("*-") == std::string_view::npos)
            return cronError(field, cronQuoted(item) + " has a step without a range",
                             "Write " + std::string(item.substr(0, slash)) + "-" +
                                 std::to_string(field == kWeekdayField ? 6 : rule.high) + "/" + std::string(stepText));
    }
    uint64_t mask = 0;
    for (unsigned value = range->low; value <= range->high; value += step)
        mask |= uint64_t(1) << (field == kWeekdayField ? value % 7 : value);
    return mask;
}

Result<uint64_t> parseField(size_t field, std::string_view text) {
    uint64_t mask = 0;
    for (size_t start = 0; start <= text.size();) {
        const size_t comma = std::min(text.find(',', start), text.size());
        const auto item = parseItem(field, text.substr(start, comma - start));
        if (!item)
            return item.error();
        mask |= *item;
        start = comma + 1;
    }
    return mask;
}

Error wrongFieldCount(const std::vector<std::string_view>& fields) {
    const std::string count = std::to_string(fields.size());
    if (fields.size() == 6 || fields.size() == 7) {
        std::string five;
        for (size_t i = 1; i < 6; ++i)
            five += (i == 1 ? "" : " ") + std::string(fields[i] == "?" ? "*" : fields[i]);
        return {ErrorCode::InvalidParams, "The expression has " + count + " fields, cron has five",
                "Seconds and years are Quartz extras; without them it is " + cronQuoted(five), {}};
    }
    return {ErrorCode::InvalidParams,
            fields.empty() ? "The cron expression is empty"
                           : "The expression has " + count + (fields.size() == 1 ? " field" : " fields") + ", cron has five",
            "Write minute, hour, day of the month, month and day of the week, for example '0 2 * * 1-5'", {}};
}

Result<std::string_view> macroMeaning(std::string_view name) {
    std::string wanted(name), known;
    for (char& c : wanted)
        c = char(std::tolower(static_cast<unsigned char>(c)));
    for (const CronMacro& macro : kCronMacros) {
        if (wanted == macro.name)
            return macro.meaning;
        known += (known.empty() ? "" : " ") + std::string(macro.name);
    }
    if (wanted == "@reboot")
        return Error{ErrorCode::InvalidParams, "'@reboot' names no time of day", "Use one of " + known, {}};
    return Error{ErrorCode::InvalidParams, cronQuoted(name) + " is not a cron shorthand", "Use one of " + known, {}};
}

unsigned monthLength(year_month month) {
    return unsigned((month / std::chrono::last).day());
}

/// Bits of `mask` from `first` on.
template <class Mask>
Mask fromBit(Mask mask, unsigned first) {
    return first >= sizeof(Mask) * 8 ? Mask(0) : Mask(mask >> first << first);
}

} // namespace

Result<CronExpression> CronExpression::parse(std::string_view text) {
    const std::vector<std::string_view> written = splitFields(text);
    std::vector<std::string_view> fields = written;
    if (fields.size() == 1 && fields[0].front() == '@') {
        const auto meaning = macroMeaning(fields[0]);
        if (!meaning)
            return meaning.error();
        fields = splitFields(*meaning);
    }
    if (fields.size() != kCronFields.size())
        return wrongFieldCount(fields);

    std::array<uint64_t, 5> masks{};
    for (size_t i = 0; i < fields.size(); ++i) {
        const auto mask = parseField(i, fields[i]);
        if (!mask)
            return mask.error();
        masks[i] = *mask;
    }
    CronExpression result;
    for (const std::string_view field : written)
        result.m_text += (result.m_text.empty() ? "" : " ") + std::string(field);
    result.m_minutes = masks[0];
    result.m_hours = uint32_t(masks[1]);
    result.m_monthDays = uint32_t(masks[2]);
    result.m_months = uint32_t(masks[3]);
    result.m_weekdays = uint32_t(masks[4]);
    result.m_minuteStar = fields[0].front() == '*';
    result.m_hourStar = fields[1].front() == '*';
    result.m_monthDayStar = fields[2].front() == '*';
    result.m_weekdayStar = fields[4].front() == '*';
    // The calendar repeats every 400 years: what does not match in these never does.
    const LocalMinutes start{std::chrono::local_days(year(2000) / 1 / 1)};
    if (!result.firstFrom(start, 2400))
        return Error{ErrorCode::InvalidParams,
                     cronQuoted(result.m_text) + " never matches: no month it names has such a day",
                     "February ends on the 28th or 29th; April, June, September and November on the 30th", {}};
    return result;
}

uint32_t CronExpression::daysOf(year_month month) const {
    const unsigned length = monthLength(month);
    const unsigned firstWeekday = std::chrono::weekday(std::chrono::sys_days(month / 1)).c_encoding();
    // The week's pattern, turned so that bit 1 is the first of the month, and repeated over five weeks.
    const uint32_t week = ((m_weekdays >> firstWeekday) | (m_weekdays << (7 - firstWeekday))) & 0x7f;
    const uint64_t pattern = week * ((uint64_t(1) << 1) | (uint64_t(1) << 8) | (uint64_t(1) << 15) |
                                     (uint64_t(1) << 22) | (uint64_t(1) << 29));
    const uint32_t byWeekday = uint32_t(pattern);
    const uint32_t matching = m_monthDayStar || m_weekdayStar ? m_monthDays & byWeekday : m_monthDays | byWeekday;
    const uint32_t exists = uint32_t((uint64_t(2) << length) - 2);
    return matching & exists;
}

std::optional<CronExpression::LocalMinutes> CronExpression::firstFrom(LocalMinutes from, int lastYear) const {
    const auto fromDay = std::chrono::floor<days>(from);
    const std::chrono::year_month_day ymd{fromDay};
    const auto minuteOfDay = unsigned((from - fromDay).count());

    // Within the first day: the rest of the hour, then the later hours.
    unsigned hour = minuteOfDay / 60;
    const uint32_t today = daysOf(ymd.year() / ymd.month());
    if ((m_months >> unsigned(ymd.month()) & 1) && (today >> unsigned(ymd.day()) & 1)) {
        uint64_t minute = (m_hours >> hour & 1) ? fromBit(m_minutes, minuteOfDay % 60) : 0;
        const uint32_t laterHours = fromBit(m_hours, hour + 1);
        if (!minute && laterHours) {
            hour = unsigned(std::countr_zero(laterHours));
            minute = m_minutes;
        }
        if (minute)
            return fromDay + minutes(hour * 60 + unsigned(std::countr_zero(minute)));
    }

    // On a later day: its first matching minute.
    const minutes firstMinute(std::countr_zero(m_hours) * 60 + std::countr_zero(m_minutes));
    unsigned day = unsigned(ymd.day()) + 1;
    for (year_month month = ymd.year() / ymd.month(); int(month.year()) <= lastYear;) {
        if (m_months >> unsigned(month.month()) & 1)
            if (const uint32_t left = fromBit(daysOf(month), day))
                return LocalMinutes(std::chrono::local_days(month / std::countr_zero(left))) + firstMinute;
        const uint32_t laterMonths = fromBit(m_months, unsigned(month.month()) + 1);
        month = laterMonths ? month.year() / std::countr_zero(laterMonths)
                            : (month.year() + std::chrono::years(1)) / std::countr_zero(m_months);
        day = 1;
    }
    return std::nullopt;
}

bool CronExpression::matches(std::chrono::local_time<base::milliseconds> local) const {
    const LocalMinutes minute = std::chrono::floor<minutes>(local);
    return minute == local && firstFrom(minute, kLastCronYear) == minute;
}

std::optional<Instant> CronExpression::next(Instant after, const base::Zone& zone) const {
    const Instant earliest = std::chrono::sys_days(year(0) / 1 / 1);
    const Instant latest = std::chrono::sys_days(year(kLastCronYear) / 12 / 31);
    if (after > latest)
        return std::nullopt;
    after = std::max(after, earliest);
    return followsElapsedTime() ? nextElapsed(after, zone) : nextFixed(after, zone);
}

std::optional<Instant> CronExpression::carriedOver(Instant next, const base::Zone& before, const base::Zone& after) const {
    // Clocks differ by a day at most, which is how far a local time lies from where a gap puts it.
    if (followsElapsedTime()) {
        Instant last = next - kFurthestChange;
        for (auto each = this->next(last, before); each && *each < next; each = this->next(*each, before))
            last = *each;
        return this->next(last, after);
    }
    auto match = firstFrom(std::chrono::floor<minutes>(before.toLocal(next)) - kFurthestChange, kLastCronYear);
    while (match && before.toInstant(*match) < next)
        match = firstFrom(*match + minutes(1), kLastCronYear);
    return match ? std::optional(after.toInstant(*match)) : std::nullopt;
}

std::optional<Instant> CronExpression::nextFixed(Instant after, const base::Zone& zone) const {
    const base::Zone::Period period = zone.period(after);
    const std::chrono::local_time<base::milliseconds> local(after.time_since_epoch() + period.offset);
    LocalMinutes from = std::chrono::floor<minutes>(local) + minutes(1);
    while (const auto match = firstFrom(from, kLastCronYear)) {
        // Well inside a stretch of constant offset the local time is neither skipped nor a second pass.
        const Instant plain(match->time_since_epoch() - period.offset);
        if (plain < period.end && plain - days(2) >= period.begin)
            return plain;
        const Instant mapped = zone.toInstant(*match);
        if (mapped > after)
            return mapped;
        from = *match + minutes(1);
    }
    return std::nullopt;
}

std::optional<Instant> CronExpression::nextElapsed(Instant after, const base::Zone& zone) const {
    base::Zone::Period period = zone.period(after);
    const std::chrono::local_time<base::milliseconds> local(after.time_since_epoch() + period.offset);
    LocalMinutes from = std::chrono::floor<minutes>(local) + minutes(1);
    while (const auto match = firstFrom(from, kLastCronYear)) {
        const Instant instant(match->time_since_epoch() - period.offset);
        if (instant < period.end)
            return instant;
        // Beyond a change of offset the local times are other instants: look again from its first minute.
        period = zone.period(period.end);
        from = std::chrono::ceil<minutes>(
            std::chrono::local_time<base::milliseconds>(period.begin.time_since_epoch() + period.offset));
    }
    return std::nullopt;
}

} // namespace core::beat
