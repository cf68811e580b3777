#include "core/programme/DayText.h"

#include <algorithm>

namespace core::programme {

namespace {

constexpr const char* kWeekdayNames[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr const char* kMonthNames[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

} // namespace

std::string dayText(base::Date date) {
    const std::chrono::year_month_day day{date};
    const std::string number = std::to_string(unsigned(day.day()));
    return std::string(kWeekdayNames[base::isoWeekday(date)]) + " " + (number.size() < 2 ? "0" : "") + number + " " +
           kMonthNames[unsigned(day.month()) - 1] + " " + std::to_string(int(day.year()));
}

std::string shortDayText(base::Date date) {
    const std::chrono::year_month_day day{date};
    return std::to_string(unsigned(day.day())) + " " + kMonthNames[unsigned(day.month()) - 1];
}

std::string halfDayText(base::Date date, Half half) {
    return dayText(date) + " " + toText(half);
}

std::string halfDaysText(const std::vector<HalfDay>& halfDays, size_t most) {
    std::vector<std::string> words;
    for (size_t i = 0; i < std::min(most, halfDays.size()); ++i)
        words.push_back(halfDayText(halfDays[i].date, halfDays[i].half));
    if (halfDays.size() > most)
        words.push_back(std::to_string(halfDays.size() - most) + " more");
    return enumerated(words);
}

std::string enumerated(const std::vector<std::string>& words) {
    std::string text;
    for (size_t i = 0; i < words.size(); ++i)
        text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
    return text;
}

} // namespace core::programme
