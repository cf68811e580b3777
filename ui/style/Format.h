#pragma once

#include "core/base/Zone.h"

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
/// `Thu 20 Nov 14:03`, with seconds where there are some: for lists of times of many days.
QString dayAndTime(core::base::Instant at);
/// For narrow columns: `14:03` on the day of `now`, `Thu 14:03` within six days of it, `20 Nov 14:03` beyond.
QString shortLocalTime(core::base::Instant at, core::base::Instant now);
/// Local with the zone, and UTC: for tooltips and copies.
QString exactTime(core::base::Instant at);
/// `Thu 20 Nov 02:00`, as the clocks of a zone show it; with seconds when they are not zero.
QString zonedTime(core::base::Instant at, const core::base::Zone& zone);
/// `−05:00`: by how much they differ from UTC then.
QString zonedOffset(core::base::Instant at, const core::base::Zone& zone);
/// `02:00`, with seconds when they are not zero.
QString zonedClock(core::base::Instant at, const core::base::Zone& zone);
/// The zone of this computer; UTC when it has none that the tz database knows.
core::base::Zone localZone();
/// `Thu 20 Nov 2026`.
QString date(core::base::Date date);

} // namespace ui::style
