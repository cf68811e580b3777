#include "ui/style/Format.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QTimeZone>

#include <cmath>

namespace ui::style {

namespace {

struct FormatText {
    Q_DECLARE_TR_FUNCTIONS(ui::style::Format)
};

QDateTime localDateTime(core::base::Instant at) {
    return QDateTime::fromMSecsSinceEpoch(at.time_since_epoch().count());
}

QDateTime inZone(core::base::Instant at, const core::base::Zone& zone) {
    return QDateTime::fromMSecsSinceEpoch(at.time_since_epoch().count(), Qt::OffsetFromUTC, int(zone.offset(at).count()));
}

QString roughSpan(int64_t seconds) {
    if (seconds < 60)
        return FormatText::tr("%1 s").arg(seconds);
    if (seconds < 3600)
        return FormatText::tr("%1 min").arg(seconds / 60);
    if (seconds < 48 * 3600)
        return FormatText::tr("%1 h").arg(seconds / 3600);
    return FormatText::tr("%1 d").arg(seconds / 86400);
}

} // namespace

QString toQString(const std::string& text) {
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

QString dash() {
    return QStringLiteral("—");
}

QString count(int64_t value) {
    return QLocale().toString(qlonglong(value));
}

QString percentOfRatio(double ratio) {
    return percent(ratio * 100);
}

QString percent(double value) {
    return QLocale().toString(value, 'f', 1) + QStringLiteral("\u00a0%");
}

QString fairness(double index) {
    return QLocale().toString(index, 'f', 3);
}

QString bytes(int64_t value) {
    return QLocale().formattedDataSize(value, value < 1024 * 1024 ? 0 : 1, QLocale::DataSizeIecFormat);
}

QString compact(double value) {
    const double size = std::abs(value);
    const auto digits = [](double v) { return v >= 100 || v == std::floor(v) ? 0 : v >= 10 ? 1 : 2; };
    if (size >= 1e6)
        return QLocale().toString(value / 1e6, 'f', digits(size / 1e6)) + QStringLiteral("\u00a0M");
    if (size >= 1e4)
        return QLocale().toString(value / 1e3, 'f', digits(size / 1e3)) + QStringLiteral("\u00a0k");
    return QLocale().toString(value, 'f', digits(size));
}

QString duration(double seconds) {
    if (seconds < 0)
        seconds = 0;
    if (seconds < 1)
        return FormatText::tr("%1 ms").arg(std::lround(seconds * 1000));
    if (seconds < 10)
        return FormatText::tr("%1 s").arg(QLocale().toString(seconds, 'f', 1));
    const int64_t whole = std::llround(seconds);
    if (whole < 3600)
        return QStringLiteral("%1:%2").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'));
    if (whole < 48 * 3600)
        return QStringLiteral("%1:%2:%3")
            .arg(whole / 3600)
            .arg(whole / 60 % 60, 2, 10, QLatin1Char('0'))
            .arg(whole % 60, 2, 10, QLatin1Char('0'));
    return FormatText::tr("%1 d %2 h").arg(whole / 86400).arg(whole / 3600 % 24);
}

QString duration(core::base::milliseconds span) {
    return duration(double(span.count()) / 1000);
}

QString ago(core::base::Instant at, core::base::Instant now) {
    const int64_t seconds = (now - at).count() / 1000;
    return seconds < 2 ? FormatText::tr("just now") : FormatText::tr("%1 ago").arg(roughSpan(seconds));
}

QString ahead(core::base::Instant at, core::base::Instant now) {
    const int64_t seconds = (at - now).count() / 1000;
    return seconds <= 0 ? FormatText::tr("due") : FormatText::tr("in %1").arg(roughSpan(seconds));
}

QString localTime(core::base::Instant at, core::base::Instant now) {
    const QDateTime time = localDateTime(at);
    if (time.date() == localDateTime(now).date())
        return time.toString(QStringLiteral("HH:mm:ss"));
    return QLocale().toString(time, QStringLiteral("ddd dd MMM HH:mm"));
}

QString dayAndTime(core::base::Instant at) {
    const bool whole = at == std::chrono::floor<std::chrono::minutes>(at);
    return QLocale().toString(localDateTime(at), whole ? QStringLiteral("ddd dd MMM HH:mm") : QStringLiteral("ddd dd MMM HH:mm:ss"));
}

QString shortLocalTime(core::base::Instant at, core::base::Instant now) {
    const QDateTime time = localDateTime(at);
    const auto days = std::abs(time.date().daysTo(localDateTime(now).date()));
    return QLocale().toString(time, days == 0   ? QStringLiteral("HH:mm")
                                    : days <= 6 ? QStringLiteral("ddd HH:mm")
                                                : QStringLiteral("dd MMM HH:mm"));
}

QString exactTime(core::base::Instant at) {
    const QDateTime time = localDateTime(at);
    return FormatText::tr("%1 %2\n%3")
        .arg(QLocale().toString(time, QStringLiteral("ddd dd MMM yyyy HH:mm:ss")), time.timeZoneAbbreviation(),
             toQString(core::base::formatInstant(at)));
}

QString zonedClock(core::base::Instant at, const core::base::Zone& zone) {
    const QTime time = inZone(at, zone).time();
    return time.toString(time.second() == 0 ? QStringLiteral("HH:mm") : QStringLiteral("HH:mm:ss"));
}

QString zonedTime(core::base::Instant at, const core::base::Zone& zone) {
    return FormatText::tr("%1 %2").arg(QLocale().toString(inZone(at, zone).date(), QStringLiteral("ddd dd MMM")),
                                       zonedClock(at, zone));
}

QString zonedOffset(core::base::Instant at, const core::base::Zone& zone) {
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(zone.offset(at)).count();
    return QStringLiteral("%1%2:%3")
        .arg(minutes < 0 ? QStringLiteral("\u2212") : QStringLiteral("+"))
        .arg(std::abs(minutes) / 60, 2, 10, QLatin1Char('0'))
        .arg(std::abs(minutes) % 60, 2, 10, QLatin1Char('0'));
}

core::base::Zone localZone() {
    const std::string name = QTimeZone::systemTimeZoneId().toStdString();
    const auto zone = core::base::Zone::find(name);
    return zone && name != "Etc/UTC" ? *zone : core::base::Zone::utc();
}

QString date(core::base::Date date) {
    const std::chrono::year_month_day ymd{date};
    return QLocale().toString(QDate(int(ymd.year()), int(unsigned(ymd.month())), int(unsigned(ymd.day()))),
                              QStringLiteral("ddd dd MMM yyyy"));
}

} // namespace ui::style
