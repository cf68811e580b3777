#include "ui/dialogs/ScheduleTexts.h"

#include "core/task/Schedule.h"
#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QCoreApplication>

#include <nlohmann/json.hpp>

#include <set>

namespace ui::dialogs {

using core::base::Json;
using style::toQString;

namespace {

struct ScheduleText {
    Q_DECLARE_TR_FUNCTIONS(ui::dialogs::Schedule)
};

/// What holds while a key says nothing.
QString usualValue(const std::string& key) {
    if (key == "enabled")
        return ScheduleText::tr("yes");
    if (key == "catch_up")
        return style::word(core::task::CatchUp::One);
    if (key == "overlap")
        return style::word(core::task::Overlap::Skip);
    if (key == "zone")
        return QStringLiteral("UTC");
    if (key == "max_lateness_seconds")
        return ScheduleText::tr("until the next instant, 24 h at most");
    if (key == "priority")
        return ScheduleText::tr("5, as usual");
    if (key == "spread_seconds" || key == "expires_seconds" || key == "params")
        return ScheduleText::tr("none");
    return style::dash();
}

} // namespace

QString titleOfKey(const std::string& key) {
    static const std::map<std::string, const char*> kTitles{
        {"name", QT_TRANSLATE_NOOP("ui::dialogs::Schedule", "Name")},
        {"type", QT_TRANSLATE_NOOP("ui::dialogs::Schedule", "Task type")},
        {"params", QT_TRANSLATE_NOOP("ui::dialogs::Schedule", "Parameters")},
        {"cron", QT_TRANSLATE_NOOP("ui::dialogs::Schedule", "Cron expression")},
        {"every_seconds", QT_TRANSLATE_NOOP("ui::dialogs::Schedule", "Interval")},
        {"once_at", QT_TRANSLATE_NOOP("ui::dialogs::Schedule", "Once, at")},
        {"zone", QT_TRANSLATE_NOOP("ui::dialogs::Schedule", "Time zone")},
        {"starts_at", QT_TRANSLATE_NOOP("ui::dialogs::Schedule", "Starts")},
        {"ends_at", QT_TRANSLATE_NOOP("ui::dialogs::Schedule", "Ends")},
        {"enabled", QT_TRANSLATE_NOOP("ui::dialogs::Schedule", "Enabled")},
        {"catch_up", QT_TRANSLATE_NOOP("ui::dialogs::Schedule", "Catch-up")},
        {"max_lateness_seconds", QT_TRANSLATE_NOOP("ui::dialogs::Schedule", "Greatest lateness")},
        {"overlap", QT_TRANSLATE_NOOP("ui::dialogs::Schedule", "Overlap")},
        {"expires_seconds", QT_TRANSLATE_NOOP("ui::dialogs::Schedule", "Expiry")},
        {"spread_seconds", QT_TRANSLATE_NOOP("ui::dialogs::Schedule", "Spread")},
        {"priority", QT_TRANSLATE_NOOP("ui::dialogs::Schedule", "Priority")}};
    const auto title = kTitles.find(key);
    return title == kTitles.end() ? toQString(key) : ScheduleText::tr(title->second);
}

QString valueOfKey(const std::string& key, const Json& value) {
    if (value.is_null())
        return usualValue(key);
    if (value.is_boolean())
        return value.get<bool>() ? ScheduleText::tr("yes") : ScheduleText::tr("no");
    if (value.is_number_integer() && key.ends_with("_seconds"))
        return style::duration(double(value.get<int64_t>()));
    if (!value.is_string())
        return toQString(core::base::dumpJson(value));
    const std::string text = value.get<std::string>();
    if (const auto policy = core::task::catchUpFromText(text); key == "catch_up" && policy)
        return style::word(*policy);
    if (const auto policy = core::task::overlapFromText(text); key == "overlap" && policy)
        return style::word(*policy);
    if (const auto at = core::base::parseInstant(text); key.ends_with("_at") && at)
        return style::exactTime(*at).section(QLatin1Char('\n'), 0, 0);
    return toQString(text);
}

QStringList differenceLines(const Json& before, const Json& after) {
    std::set<std::string> keys;
    for (const Json* document : {&before, &after})
        for (const auto& [key, value] : document->items())
            keys.insert(key);
    QStringList lines;
    for (const std::string& key : keys) {
        const Json old = before.value(key, Json()), now = after.value(key, Json());
        if (old != now)
            lines << ScheduleText::tr("%1:  %2  →  %3").arg(titleOfKey(key), valueOfKey(key, old), valueOfKey(key, now));
    }
    return lines;
}

} // namespace ui::dialogs
