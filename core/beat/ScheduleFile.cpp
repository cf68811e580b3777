#include "core/beat/ScheduleFile.h"

#include "core/beat/Timetable.h"

#include <set>

namespace core::beat {

using base::Error;
using base::ErrorCode;
using base::Result;

/// Generated from resources/schedule.json.
std::string_view compiledInSchedule();

Result<std::vector<task::Schedule>> readScheduleFile(std::string_view text, const base::ZoneDatabase& zones) {
    const auto document = base::parseJson(text);
    if (!document)
        return document.error().in("the file of schedules");
    if (!document->is_object() || !document->value("schedules", base::Json()).is_array())
        return Error{ErrorCode::InvalidParams, "a file of schedules is an object with the array 'schedules'",
                     "Write {\"schedules\": [{\"name\": …, \"type\": …, \"cron\": …}]}", {}};
    std::vector<task::Schedule> schedules;
    std::set<std::string> names;
    const base::Json& list = (*document)["schedules"];
    for (size_t i = 0; i < list.size(); ++i) {
        const auto where = [&](const Error& error) {
            const base::Json name = list[i].is_object() ? list[i].value("name", base::Json()) : base::Json();
            return error.in("entry " + std::to_string(i + 1) +
                            (name.is_string() ? " ('" + name.get<std::string>() + "')" : std::string()));
        };
        auto schedule = task::scheduleFromJson(list[i]);
        if (!schedule)
            return where(schedule.error());
        if (const auto table = Timetable::of(*schedule, zones); !table)
            return where(table.error());
        if (!names.insert(schedule->name).second)
            return where({ErrorCode::Conflict, "the name is there twice", "Give every entry a name of its own", {}});
        schedules.push_back(std::move(*schedule));
    }
    return schedules;
}

Result<std::vector<task::Schedule>> defaultSchedule(const base::ZoneDatabase& zones) {
    return readScheduleFile(compiledInSchedule(), zones);
}

} // namespace core::beat
