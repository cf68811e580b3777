#pragma once

#include "core/base/Json.h"
#include "core/task/Task.h"

#include <nlohmann/json.hpp>
#include <string>

namespace core::task {

enum class RowEvent { Added, Changed, Deleted };

/// A row as a commit changes it. Columns by name; dates and instants as they are stored.
struct RowChange {
    std::string table;
    RowEvent event = RowEvent::Changed;
    base::Json key = base::Json::object(); ///< of the columns of the primary key
    base::Json before = nullptr;           ///< null of a row that is new
    base::Json after = nullptr;            ///< null of a row that is gone

    /// True when a column has another value than before; of a new row and one that is gone always.
    bool touches(const std::string& column) const;
    /// The row as it is now, or as it was before it went.
    const base::Json& row() const { return after.is_null() ? before : after; }
};

/// What happened, as a trigger judges it.
struct Cause {
    const Task* task = nullptr;     ///< that ended, or whose success changed the row; nullptr: a person's command did
    const RowChange* row = nullptr; ///< nullptr: the end of the task is the cause
    base::Date today{};             ///< in the zone of the programme
};

/// For people: `absence 0193…: status pending → approved`, `task 0193… (export_job) ended as failure`.
std::string wordsOf(const Cause& cause);

} // namespace core::task
