#include "core/programme/Requirement.h"

#include "core/programme/Words.h"

namespace core::programme {

namespace {

constexpr Word<DayClass> kDayClasses[] = {{DayClass::EveryDay, "every_day"},
                                          {DayClass::Weekday, "weekday"},
                                          {DayClass::Weekend, "weekend"},
                                          {DayClass::Holiday, "holiday"},
                                          {DayClass::ListedWeekdays, "listed_weekdays"},
                                          {DayClass::LastWednesday, "last_wednesday"}};

} // namespace

const char* toText(DayClass dayClass) {
    return wordOf(kDayClasses, dayClass);
}

std::optional<DayClass> dayClassFromText(std::string_view text) {
    return valueOf(kDayClasses, text);
}

} // namespace core::programme
