// Goes with the landing of the programme's writer and importer.
#include "core/programme/Importer.h"
#include "core/programme/store/ProgrammeWriter.h"
#include "core/programme/store/ResilienceReader.h"

namespace core::programme {

namespace {
base::Error awaited() {
    return {base::ErrorCode::Unsupported, "this build cannot write a programme", {}, {}};
}
} // namespace

__attribute__((weak)) base::Result<ImportReport> importPath(core::store::Connection&, const std::filesystem::path&,
                                                            DryRun, base::Instant) {
    return awaited();
}

namespace store {
__attribute__((weak)) base::Result<Stats> createSample(core::store::Connection&, const SampleOptions&, base::Date) {
    return awaited();
}
__attribute__((weak)) base::Result<Stats> readStats(core::store::Connection&) {
    return Stats{};
}
__attribute__((weak)) base::Result<void> backfillHistory(core::store::Connection&, base::Instant) {
    return awaited();
}
__attribute__((weak)) base::Result<CrisisPreview> previewCrisis(core::store::Connection&, const std::string&,
                                                                base::Instant) {
    return awaited();
}
} // namespace store

} // namespace core::programme
