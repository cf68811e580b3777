#pragma once

#include "core/base/Json.h"
#include "core/programme/Programme.h"
#include "core/store/Connection.h"
#include "core/task/TaskType.h"

#include <functional>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace core::packs {

/// Runs `work` on one read-only snapshot of the programme's database. Without a programme, and when the database cannot
/// be read, the outcome says so: permanent unless trying again may help.
task::Outcome onSnapshot(const task::TaskContext& context,
                         const std::function<task::Outcome(core::store::Connection&)>& work);
/// The same for what has sense without a programme too.
task::Outcome onSnapshotOfAny(const task::TaskContext& context,
                              const std::function<task::Outcome(core::store::Connection&)>& work);

/// The programme as read for an analysis that begins today. NotFound when today is outside its calendar: an analysis of
/// no day would find nothing wrong.
base::Result<programme::Programme> readFromToday(core::store::Connection& db, base::Date today,
                                                 std::chrono::days lookBack, base::Date last);

/// The outcome of an error: permanent for what will not mend by itself.
task::Outcome failureOf(const base::Error& error);

/// `instant` as the result tables keep it: ISO-8601 UTC with whole seconds.
std::string secondsText(base::Instant instant);

/// JSON Schema of a result: these fields are always there, each of the given type (`number?` may be null).
base::Json resultSchema(std::initializer_list<std::pair<const char*, const char*>> fields);

/// A parameter `days_ahead` in [least, most] with 90 as default.
task::Parameter daysAheadParameter(int least, int most);

} // namespace core::packs
