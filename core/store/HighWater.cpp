#include "core/store/HighWater.h"

#include "core/base/Log.h"
#include "core/store/Backup.h"
#include "core/store/Migration.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

namespace core::store {

using base::Error;
using base::ErrorCode;
using base::Json;
using base::Result;

namespace {

constexpr int kFormat = 1;

std::optional<HighWater> markOf(const std::string& text) {
    const auto document = base::parseJson(text);
    if (!document || !document->is_object() || document->value("format", Json()) != Json(kFormat))
        return std::nullopt;
    for (const char* name : {"commits", "audit_seq"})
        if (!document->contains(name) || !(*document)[name].is_number_integer())
            return std::nullopt;
    for (const char* name : {"at", "audit_hash"})
        if (!document->contains(name) || !(*document)[name].is_string())
            return std::nullopt;
    const auto at = base::parseInstant((*document)["at"].get<std::string>());
    if (!at)
        return std::nullopt;
    HighWater mark;
    mark.commits = (*document)["commits"].get<int64_t>();
    mark.auditSequence = (*document)["audit_seq"].get<int64_t>();
    mark.auditHash = (*document)["audit_hash"].get<std::string>();
    mark.at = *at;
    mark.cleanStop = document->value("clean_stop", Json()) == Json(true);
    return mark;
}

} // namespace

HighWater readHighWater(Connection& db, base::Instant now) {
    HighWater mark;
    mark.at = now;
    if (hasTable(db, "commit_mark")) {
        Query commits = db.query("SELECT commits FROM commit_mark");
        mark.commits = commits.step() ? commits.integer(0) : 0;
    }
    if (!hasTable(db, "audit_log"))
        return mark;
    Query last = db.query("SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1");
    if (last.step()) {
        mark.auditSequence = last.integer(0);
        mark.auditHash = last.text(1);
    }
    return mark;
}

std::optional<std::string> gapBehind(Connection& db, const HighWater& mark) {
    const HighWater present = readHighWater(db, mark.at);
    const std::string since = " (as of " + base::formatInstant(mark.at) + ")";
    if (present.commits < mark.commits)
        return "its newest commits are missing, at least " + std::to_string(mark.commits - present.commits) + since;
    if (present.auditSequence < mark.auditSequence)
        return "the audit log ends at entry " + std::to_string(present.auditSequence) + " and had " +
               std::to_string(mark.auditSequence) + since;
    if (mark.auditSequence == 0)
        return std::nullopt;
    Query entry = db.query("SELECT hash FROM audit_log WHERE seq=?", mark.auditSequence);
    if (!entry.step() || entry.text(0) != mark.auditHash)
        return "entry " + std::to_string(mark.auditSequence) + " of the audit log is not the one that was there" + since;
    return std::nullopt;
}

std::optional<HighWater> loadHighWater(const std::filesystem::path& file) {
    std::ifstream input(file, std::ios::binary);
    if (!input)
        return std::nullopt;
    auto mark = markOf({std::istreambuf_iterator<char>(input), {}});
    if (!mark)
        base::log(base::LogLevel::Warning, "store", file.string() + " is damaged; it begins anew");
    return mark;
}

Result<void> saveHighWater(const std::filesystem::path& file, const HighWater& mark) {
    const Json document{{"format", kFormat},
                        {"commits", mark.commits},
                        {"audit_seq", mark.auditSequence},
                        {"audit_hash", mark.auditHash},
                        {"at", base::formatInstant(mark.at)},
                        {"clean_stop", mark.cleanStop}};
    const std::filesystem::path fresh = file.string() + ".new";
    std::ofstream output(fresh, std::ios::binary | std::ios::trunc);
    ::chmod(fresh.c_str(), 0600);
    output << base::dumpJson(document) << '\n';
    output.close();
    auto written = output ? syncFile(fresh) : Result<void>(ErrorCode::Io, fresh.string() + " cannot be written");
    std::error_code failed;
    if (written)
        std::filesystem::rename(fresh, file, failed);
    if (failed)
        written = Error{ErrorCode::Io, file.string() + ": " + failed.message(), {}, {}};
    if (!written)
        std::filesystem::remove(fresh, failed);
    return written;
}

} // namespace core::store
