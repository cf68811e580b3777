#pragma once

#include "app/cli/TaskCommands.h"

namespace app::cli {

/// A checked copy of the database, in `file` or, when that is empty, in the folder of copies; an engine goes on meanwhile.
Outcome createBackup(Session& session, const std::string& file);
/// ExitStatus::Failed when the copy cannot be trusted.
Outcome verifyBackup(Session& session, const std::string& file);
Outcome listBackups(Session& session);

enum class Rehearsal { No, Yes };
/// Puts a copy in the place of the database; a rehearsal only says what would be lost.
Outcome restoreBackup(Session& session, const std::string& file, Rehearsal rehearsal);

/// Follows the audit chain to its end; ExitStatus::Failed when it is broken or shorter than it once was.
Outcome verifyAuditLog(Session& session);

} // namespace app::cli
