#include "core/task/Cause.h"

#include "core/base/Text.h"

namespace core::task {

namespace {

constexpr size_t kMostWords = 300;
constexpr int kMostColumns = 3;

std::string plain(const base::Json& value) {
    return value.is_string() ? value.get<std::string>() : base::dumpJson(value);
}

std::string nameOf(const RowChange& change) {
    std::string name = change.table;
    if (const base::Json& row = change.row(); row.contains("id"))
        return name + " " + plain(row["id"]);
    for (const auto& [column, value] : change.key.items())
        name += " " + column + " " + plain(value);
    return name;
}

std::string changesOf(const RowChange& change) {
    std::string text;
    int columns = 0;
    for (const auto& [column, value] : change.after.items()) {
        if (!change.touches(column))
            continue;
        if (++columns > kMostColumns)
            return text + " …";
        text += (text.empty() ? ": " : ", ") + column + " " + plain(change.before.value(column, base::Json())) + " → " +
                plain(value);
    }
    return text;
}

} // namespace

bool RowChange::touches(const std::string& column) const {
    if (before.is_null() || after.is_null())
        return true;
    return before.value(column, base::Json()) != after.value(column, base::Json());
}

std::string wordsOf(const Cause& cause) {
    if (!cause.row)
        return "task " + cause.task->id.text + " (" + cause.task->type + ") ended as " + toText(cause.task->state);
    const RowChange& change = *cause.row;
    switch (change.event) {
    case RowEvent::Added: return nameOf(change) + " was added";
    case RowEvent::Deleted: return nameOf(change) + " was deleted";
    case RowEvent::Changed: break;
    }
    return base::shortened(nameOf(change) + changesOf(change), kMostWords);
}

} // namespace core::task
