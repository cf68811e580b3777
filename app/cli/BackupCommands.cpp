#include "app/cli/BackupCommands.h"

#include "app/Composition.h"
#include "app/cli/Text.h"
#include "core/engine/AuditCheck.h"
#include "core/engine/Restoring.h"
#include "core/engine/StoreOpening.h"
#include "core/store/Backup.h"
#include "core/store/BackupFolder.h"

namespace app::cli {

using core::base::Error;
using core::base::ErrorCode;
using core::base::Json;
using core::base::Result;
using Path = std::filesystem::path;

namespace {

std::string megabytes(int64_t bytes) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f MB", double(bytes) / (1 << 20));
    return text;
}

Path absolutePath(const std::string& file) {
    std::error_code failed;
    const Path path = std::filesystem::absolute(file, failed);
    return failed ? Path(file) : path.lexically_normal();
}

Path folderOfCopies(const Session& session) {
    return session.options().dataDirectory / core::store::kBackupFolder;
}

Json documentOf(const core::store::BackupReport& report) {
    return {{"ok", true},
            {"file", report.file.string()},
            {"bytes", report.bytes},
            {"sha256", report.sha256},
            {"tasks", report.tasks},
            {"audit_entries", report.auditEntries}};
}

void printReport(std::ostream& out, const Json& report) {
    printSheet(out, {{"file", cell(report, "file")},
                     {"size", megabytes(report["bytes"].get<int64_t>())},
                     {"tasks", cell(report, "tasks")},
                     {"audit entries", cell(report, "audit_entries") + ", chain unbroken"},
                     {"SHA-256", cell(report, "sha256")}});
}

/// Where a new copy goes; a file of the caller's is never replaced.
Result<Path> targetOf(const Session& session, const std::string& file) {
    std::error_code failed;
    if (file.empty()) {
        const auto folder = core::store::backupFolder(session.options().dataDirectory);
        if (!folder)
            return folder.error();
        return *folder / core::store::backupName(session.now());
    }
    const Path target = absolutePath(file);
    if (std::filesystem::exists(std::filesystem::symlink_status(target, failed)))
        return Error{ErrorCode::Conflict, target.string() + " is there already", "Choose another name", {}};
    if (!std::filesystem::is_directory(target.parent_path(), failed))
        return Error{ErrorCode::InvalidParams, "there is no folder " + target.parent_path().string(),
                     "Make it first, or choose another", {}};
    return target;
}

Json documentOf(const core::engine::RestoreOffer& offer) {
    return {{"file", offer.file.string()},
            {"taken_at", core::base::formatInstant(offer.takenAt)},
            {"bytes", offer.bytes},
            {"tasks", offer.tasks},
            {"audit_entries", offer.auditEntries},
            {"lost_commits", offer.lostCommits},
            {"lost_audit_entries", offer.lostAudit},
            {"lost_known_until", offer.knownUntil ? Json(core::base::formatInstant(*offer.knownUntil)) : Json()}};
}

void printLoss(std::ostream& out, const Json& offer) {
    out << "What happened after the copy was taken is lost";
    if (offer["lost_known_until"].is_string())
        out << ": at least " << cell(offer, "lost_commits") << " commits and " << cell(offer, "lost_audit_entries")
            << " entries of the audit log, as of " << cell(offer, "lost_known_until");
    out << ".\nWhat was sent since may be sent again.\n";
}

Json documentOf(const core::engine::AuditCheck& check) {
    Json document{{"ok", check.ok()},
                  {"entries", check.chain.entries},
                  {"last_hash", check.chain.lastHash},
                  {"first_bad", check.chain.firstBad ? Json(*check.chain.firstBad) : Json()},
                  {"problem", nullptr},
                  {"anchor", nullptr}};
    if (!check.chain.ok())
        document["problem"] = check.chain.problem;
    else if (check.gap)
        document["problem"] = *check.gap;
    if (check.mark)
        document["anchor"] = {{"seq", check.mark->auditSequence},
                              {"hash", check.mark->auditHash},
                              {"at", core::base::formatInstant(check.mark->at)},
                              {"entries_beyond", check.entriesBeyondMark()}};
    return document;
}

void printAudit(std::ostream& out, const Json& check) {
    if (check["ok"] == true)
        out << "The audit chain is unbroken: " << cell(check, "entries") << " entries.\n";
    else
        out << "The audit log cannot be trusted: " << cell(check, "problem") << ".\n";
    if (const Json& anchor = check["anchor"]; anchor.is_object())
        out << "Last anchor: entry " << cell(anchor, "seq") << " at " << cell(anchor, "at") << "; "
            << cell(anchor, "entries_beyond") << " entries came after it.\n";
}

} // namespace

Outcome createBackup(Session& session, const std::string& file) {
    const Path database = session.options().dataDirectory / core::engine::kDatabaseFile;
    std::error_code failed;
    if (!std::filesystem::exists(database, failed))
        return Error{ErrorCode::NotFound, "there is no database in " + session.options().dataDirectory.string(),
                     "Name the data directory with --data-dir", {}};
    const auto target = targetOf(session, file);
    if (!target)
        return target.error();
    const auto made = core::store::copyDatabase(std::filesystem::weakly_canonical(database, failed), *target);
    if (!made)
        return made.error();
    if (file.empty())
        core::store::tidyBackups(folderOfCopies(session));
    session.show(documentOf(*made), printReport);
    return ExitStatus::Done;
}

Outcome verifyBackup(Session& session, const std::string& file) {
    const auto report = core::store::verifyBackup(absolutePath(file));
    if (report) {
        session.show(documentOf(*report), printReport);
        return ExitStatus::Done;
    }
    if (report.error().code == ErrorCode::NotFound)
        return report.error();
    session.show({{"ok", false}, {"file", absolutePath(file).string()}, {"problem", report.error().message}},
                 [](std::ostream& out, const Json& document) {
                     out << "This copy cannot be trusted: " << plain(cell(document, "problem")) << ".\n";
                 });
    return ExitStatus::Failed;
}

Outcome listBackups(Session& session) {
    Json copies = Json::array();
    for (const auto& copy : core::store::listBackups(folderOfCopies(session)))
        copies.push_back({{"file", copy.file.string()},
                          {"taken_at", core::base::formatInstant(copy.takenAt)},
                          {"bytes", copy.bytes},
                          {"before_migration", copy.occasion == core::store::BackupOccasion::BeforeMigration}});
    session.show({{"backups", copies}}, [&](std::ostream& out, const Json& document) {
        Table table({{"TAKEN"}, {"SIZE", Align::Right}, {"FILE"}});
        for (const Json& copy : document["backups"])
            table.add({age(copy["taken_at"], session.now()), megabytes(copy["bytes"].get<int64_t>()), cell(copy, "file")});
        if (table.empty())
            out << "There are no copies in " << folderOfCopies(session).string() << ".\n";
        else
            table.print(out);
    });
    return ExitStatus::Done;
}

Outcome restoreBackup(Session& session, const std::string& file, Rehearsal rehearsal) {
    const Path& data = session.options().dataDirectory;
    const auto offer = core::engine::examineCopy(data, absolutePath(file));
    if (!offer)
        return offer.error();
    Json document = documentOf(*offer);
    document["restored"] = rehearsal == Rehearsal::No;
    if (rehearsal == Rehearsal::Yes) {
        session.show(document, [](std::ostream& out, const Json& offered) {
            out << "The copy of " << cell(offered, "taken_at") << " is good: " << cell(offered, "tasks")
                << " tasks. Nothing was changed.\n";
            printLoss(out, offered);
        });
        return ExitStatus::Done;
    }
    const auto done = core::engine::restoreCopy(data, offer->file, loginName(), session.clock());
    if (!done)
        return done.error();
    document["kept_aside"] = done->keptAside.empty() ? Json() : Json(done->keptAside.string());
    session.show(document, [](std::ostream& out, const Json& restored) {
        out << "Restored the copy of " << cell(restored, "taken_at") << ": " << cell(restored, "tasks") << " tasks.\n";
        printLoss(out, restored);
        if (restored["kept_aside"].is_string())
            out << "The database that was there is kept as " << cell(restored, "kept_aside") << ".\n";
    });
    return ExitStatus::Done;
}

Outcome verifyAuditLog(Session& session) {
    const auto check = core::engine::checkAudit(session.options().dataDirectory);
    if (!check)
        return check.error();
    session.show(documentOf(*check), printAudit);
    return check->ok() ? ExitStatus::Done : ExitStatus::Failed;
}

} // namespace app::cli
