#include "core/engine/AuditCheck.h"

#include "core/engine/StoreOpening.h"

namespace core::engine {

using base::Error;
using base::ErrorCode;
using base::Result;

Result<AuditCheck> checkAudit(const std::filesystem::path& dataDirectory) {
    std::error_code failed;
    const auto file = std::filesystem::weakly_canonical(dataDirectory / kDatabaseFile, failed);
    if (!std::filesystem::exists(file, failed))
        return Error{ErrorCode::NotFound, "there is no database in " + dataDirectory.string(),
                     "Name the data directory with --data-dir", {}};
    AuditCheck check;
    check.mark = store::loadHighWater(dataDirectory / kHighWaterFile); // before the database, which only grows
    auto connection = store::Connection::open(file, store::OpenMode::ReadOnly);
    if (!connection)
        return connection.error();
    try {
        const store::Snapshot snapshot(**connection);
        check.chain = store::verifyAudit(**connection);
        if (check.mark)
            check.gap = store::gapBehind(**connection, *check.mark);
    } catch (const store::SqlError& error) {
        return error.toError().in(file.string());
    }
    return check;
}

} // namespace core::engine
