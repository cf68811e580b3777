#pragma once

#include "core/base/Time.h"

#include <QString>

#include <optional>
#include <string>

namespace ui::style {

/// How numbers and times are written on every page: percentages and hours with one decimal, fairness with three,
/// counts whole and grouped, bytes IEC, durations m:ss below an hour, times local in 24 h.
QString toQString(const std::string& text);
QString dash(); ///< what stands for "not known"
QString count(int64_t value);
/// 0.873 → `87.3 %`.
QString percentOfRatio(double ratio);
/// 87.3 → `87.3 %`.
QString percent(double value);
QString fairness(double index);
QString bytes(int64_t value);
/// 12.3 k, 4.56 M; three significant digits.
QString compact(double value);
/// `420 ms`, `8.4 s`, `1:12`, `2:05:00`, `3 d 4 h`.
QString duration(double seconds);
QString duration(core::base::milliseconds span);
/// How long ago, in words: `just now`, `12 s ago`, `3 min ago`, `2 h ago`, `4 d ago`.
QString ago(core::base::Instant at, core::base::Instant now);
/// How far ahead: `in 12 s`, `in 3 min`, `due`.
QString ahead(core::base::Instant at, core::base::Instant now);
/// `14:03:22` on the day of `now`, `Thu 20 Nov 14:03` on another.
QString localTime(core::base::Instant at, core::base::Instant now);
/// Local with the zone, and UTC: for tooltips and copies.
QString exactTime(core::base::Instant at);
/// `Thu 20 Nov 2026`.
QString date(core::base::Date date);

} // namespace ui::style
