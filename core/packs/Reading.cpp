#include "core/packs/Reading.h"

#include "core/programme/store/Cells.h"
#include "core/programme/store/ProgrammeReader.h"

namespace core::packs {

task::Outcome failureOf(const base::Error& error) {
    switch (error.code) {
    case base::ErrorCode::Unavailable:
    case base::ErrorCode::Io: return task::Outcome::transientFailure(base::toText(error.code), error.text());
    default: return task::Outcome::permanentFailure(base::toText(error.code), error.text());
    }
}

task::Outcome onSnapshotOfAny(const task::TaskContext& context,
                              const std::function<task::Outcome(core::store::Connection&)>& work) {
    auto connection = core::store::Connection::open(context.databasePath(), core::store::OpenMode::ReadOnly);
    if (!connection)
        return failureOf(connection.error());
    try {
        const core::store::Snapshot snapshot(**connection);
        return work(**connection);
    } catch (const core::store::SqlError& error) {
        return failureOf(error.toError());
    }
}

task::Outcome onSnapshot(const task::TaskContext& context,
                         const std::function<task::Outcome(core::store::Connection&)>& work) {
    return onSnapshotOfAny(context, [&work](core::store::Connection& db) {
        if (!programme::store::hasProgramme(db))
            return task::Outcome::permanentFailure(
                base::toText(base::ErrorCode::NotFound),
                "there is no programme yet. Create one with `beatwarden programme create-sample`, or import a roster "
                "with `beatwarden programme import`");
        return work(db);
    });
}

base::Result<programme::Programme> readFromToday(core::store::Connection& db, base::Date today,
                                                 std::chrono::days lookBack, base::Date last) {
    auto programme = programme::store::readProgramme(db, today - lookBack, last);
    if (programme && !programme->day(today))
        return base::Error{base::ErrorCode::NotFound,
                           "today (" + base::formatDate(today) + ") is outside the programme's calendar, which runs from " +
                               base::formatDate(programme->yearStart) + " to " + base::formatDate(programme->yearEnd),
                           "Create or import the academic year that contains it", {}};
    return programme;
}

std::string secondsText(base::Instant instant) {
    return programme::store::secondsText(instant);
}

base::Json resultSchema(std::initializer_list<std::pair<const char*, const char*>> fields) {
    base::Json schema = base::Json::object();
    schema["type"] = "object";
    schema["required"] = base::Json::array();
    for (const auto& [name, typeText] : fields) {
        std::string type = typeText;
        base::Json& field = schema["properties"][name];
        if (type.ends_with('?')) {
            type.pop_back();
            field["type"] = base::Json::array({type, "null"});
        } else {
            field["type"] = type;
        }
        schema["required"].push_back(name);
    }
    return schema;
}

task::Parameter daysAheadParameter(int least, int most) {
    task::Parameter parameter;
    parameter.name = "days_ahead";
    parameter.title = "Days ahead";
    parameter.description = "How far to look, from today in the programme's zone";
    parameter.kind = task::ParameterKind::Integer;
    parameter.defaultValue = 90;
    parameter.minimum = least;
    parameter.maximum = most;
    parameter.wrongTypeMessage = "days_ahead must be an integer";
    parameter.unit = "days";
    return parameter;
}

} // namespace core::packs
