#include "ui/pages/schedules/SchedulesPage.h"

#include "ui/style/Format.h"

#include <QLocale>
#include <QRegularExpression>

// Cron in plain words, for the patterns that people use. Anything else is shown as written.

namespace ui::pages::schedules {

namespace {

bool isNumber(const QString& field) {
    bool good = false;
    field.toInt(&good);
    return good;
}

QString dayNames(const QString& field) {
    const auto name = [](const QString& number) {
        const int day = number.toInt();
        return QLocale().dayName(day == 0 ? 7 : day, QLocale::ShortFormat);
    };
    static const QRegularExpression range(QStringLiteral("^([0-7])-([0-7])$"));
    if (isNumber(field))
        return SchedulesPage::tr("on %1").arg(name(field));
    if (const auto match = range.match(field); match.hasMatch())
        return SchedulesPage::tr("%1–%2").arg(name(match.captured(1)), name(match.captured(2)));
    return {};
}

QString clockWords(const QString& minute, const QString& hour) {
    static const QRegularExpression step(QStringLiteral("^\\*/(\\d+)$"));
    static const QRegularExpression hours(QStringLiteral("^(\\d+)-(\\d+)$"));
    if (const auto match = step.match(minute); match.hasMatch() && hour == QLatin1String("*"))
        return SchedulesPage::tr("every %1 minutes").arg(match.captured(1));
    if (!isNumber(minute))
        return {};
    if (hour == QLatin1String("*"))
        return minute == QLatin1String("0") ? SchedulesPage::tr("every full hour")
                                            : SchedulesPage::tr("every hour at :%1").arg(minute, 2, QLatin1Char('0'));
    if (const auto match = hours.match(hour); match.hasMatch())
        return SchedulesPage::tr("hourly %1:%3–%2:%3")
            .arg(match.captured(1), 2, QLatin1Char('0'))
            .arg(match.captured(2), 2, QLatin1Char('0'))
            .arg(minute, 2, QLatin1Char('0'));
    if (isNumber(hour))
        return SchedulesPage::tr("at %1:%2").arg(hour, 2, QLatin1Char('0')).arg(minute, 2, QLatin1Char('0'));
    return {};
}

QString cronWords(const QString& cron) {
    const QStringList fields = cron.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    if (fields.size() != 5 || fields[3] != QLatin1String("*"))
        return {};
    const QString clock = clockWords(fields[0], fields[1]);
    if (clock.isEmpty())
        return {};
    const bool anyDate = fields[2] == QLatin1String("*"), anyWeekday = fields[4] == QLatin1String("*");
    if (anyDate && anyWeekday)
        return isNumber(fields[1]) ? SchedulesPage::tr("daily %1").arg(clock) : clock;
    if (anyDate) {
        const QString days = dayNames(fields[4]);
        return days.isEmpty() ? QString() : SchedulesPage::tr("%1, %2").arg(clock, days);
    }
    if (anyWeekday && isNumber(fields[2]))
        return SchedulesPage::tr("%1 on day %2 of the month").arg(clock, fields[2]);
    return {};
}

} // namespace

QString plainWords(const core::engine::ScheduleEntry& entry) {
    if (entry.once)
        return SchedulesPage::tr("once");
    if (entry.cron.empty())
        return SchedulesPage::tr("every %1").arg(style::duration(double(entry.every.count())));
    const QString words = cronWords(style::toQString(entry.cron));
    const QString when = words.isEmpty() ? style::toQString(entry.cron)
                                         : SchedulesPage::tr("%1 %2").arg(words, style::toQString(entry.zone));
    const auto shift = entry.shift.count();
    if (shift == 0)
        return when;
    return (shift > 0 ? SchedulesPage::tr("%1, %2 s later") : SchedulesPage::tr("%1, %2 s earlier")).arg(when).arg(std::abs(shift));
}

} // namespace ui::pages::schedules
