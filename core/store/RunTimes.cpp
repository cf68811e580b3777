#include "core/store/RunTimes.h"

#include <algorithm>
#include <vector>

namespace core::store {

namespace {

base::milliseconds medianOf(std::vector<int64_t>& spans) {
    std::sort(spans.begin(), spans.end());
    const size_t middle = spans.size() / 2;
    return base::milliseconds(spans.size() % 2 ? spans[middle] : (spans[middle - 1] + spans[middle]) / 2);
}

} // namespace

std::map<std::string, RunTime> readRunTimes(Connection& db, const std::set<std::string>& types) {
    std::map<std::string, RunTime> found;
    for (const std::string& type : types) {
        Query rows = db.query("SELECT finished_at - started_at FROM (SELECT state, started_at, finished_at FROM task "
                              "WHERE type=? ORDER BY key DESC LIMIT 1000) WHERE state='success' AND finished_at >= started_at",
                              type);
        std::vector<int64_t> spans;
        while (rows.step())
            spans.push_back(rows.integer(0));
        if (!spans.empty())
            found[type] = {medianOf(spans), int(spans.size())};
    }
    return found;
}

} // namespace core::store
