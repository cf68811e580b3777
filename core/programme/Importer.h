#pragma once

#include "core/programme/Summary.h"
#include "core/store/Connection.h"

#include <filesystem>

namespace core::programme {

enum class DryRun { No, Yes };

/// Imports a roster or an absences sheet (CSV, recognised by its header), or both from a folder, in the caller's
/// transaction. With any error in any row nothing is imported and the report lists them all; NotFound and Io for a
/// path that cannot be read. Thread: writer.
base::Result<ImportReport> importPath(core::store::Connection& db, const std::filesystem::path& fileOrFolder,
                                      DryRun dryRun, base::Instant now);

} // namespace core::programme
