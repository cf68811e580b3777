// Goes with the landing of the programme's importer.
#include "core/programme/Importer.h"

namespace core::programme {

__attribute__((weak)) base::Result<ImportReport> importPath(core::store::Connection&, const std::filesystem::path&,
                                                            DryRun, base::Instant) {
    return base::Error{base::ErrorCode::Unsupported, "this build cannot import a programme", {}, {}};
}

} // namespace core::programme
