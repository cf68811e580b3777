#pragma once

#include "core/base/Result.h"

#include <chrono>
#include <string>
#include <string_view>

namespace core::base {

/// A point in real time, UTC, in whole milliseconds.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
/// A calendar day without a zone: whose day it is, the context says (the programme's local zone, or UTC).
using Date = std::chrono::sys_days;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// `2026-11-20T08:15:30Z`, with `.123` before the Z when the milliseconds are not zero.
std::string formatInstant(Instant instant);
/// Accepts `YYYY-MM-DDTHH:MM[:SS[.fff]]` followed by `Z` or an offset `±HH:MM`. Impossible dates are errors, and so
/// are instants that formatInstant could not write: UTC years below 0 and above 9999.
Result<Instant> parseInstant(std::string_view text);

/// `2026-11-20`.
std::string formatDate(Date date);
/// Accepts exactly `YYYY-MM-DD`; `2026-02-30` is an error that says so.
Result<Date> parseDate(std::string_view text);
/// 2026, 7, 1 as a Date. The day must exist.
Date makeDate(int year, unsigned month, unsigned day);

/// What isoWeekday answers.
inline constexpr int kMonday = 0, kTuesday = 1, kWednesday = 2, kThursday = 3, kFriday = 4, kSaturday = 5, kSunday = 6;
/// 0 = Monday … 6 = Sunday (ISO order).
int isoWeekday(Date date);
bool isWeekend(Date date);

} // namespace core::base
