#include "core/engine/TelemetryFile.h"

#include "core/base/Log.h"
#include "core/store/EngineSchema.h"

namespace core::engine {

namespace {

base::Result<std::unique_ptr<store::Database>> openOnce(const std::filesystem::path& file) {
    auto database = store::Database::open(file, store::telemetryMigrations(), store::OpenMode::RelaxedWriter);
    if (!database)
        return database;
    // What a damaged file hides behind a sound first page. The log of tasks is not looked at: it may be large.
    const auto looked = (*database)->read([&file](store::Connection& db) -> base::Result<void> {
        for (const char* check : {"PRAGMA quick_check(series)", "PRAGMA quick_check(point)", "PRAGMA quick_check(runs)"}) {
            store::Query rows = db.query(check);
            if (const std::string verdict = rows.step() ? rows.text(0) : std::string(); verdict != "ok")
                return base::Error{base::ErrorCode::Corrupt, file.string() + ": the figures in it are damaged", {}, {}};
        }
        return {};
    });
    if (!looked)
        return looked.error();
    return database;
}

} // namespace

std::shared_ptr<store::Database> openTelemetry(const std::filesystem::path& file) {
    auto database = openOnce(file);
    std::error_code ignored;
    if (!database && std::filesystem::exists(file, ignored)) {
        const std::filesystem::path aside = file.string() + ".damaged";
        base::log(base::LogLevel::Warning, "engine",
                  database.error().message + "; it is set aside as " + aside.filename().string() +
                      " and telemetry begins anew");
        std::filesystem::remove_all(aside, ignored);
        std::filesystem::rename(file, aside, ignored);
        for (const char* suffix : {"-wal", "-shm"})
            std::filesystem::remove(file.string() + suffix, ignored);
        database = openOnce(file);
    }
    if (!database) {
        base::log(base::LogLevel::Error, "engine",
                  database.error().message + "; the engine runs without telemetry: no task logs, no charts of the past");
        return nullptr;
    }
    return std::shared_ptr<store::Database>(std::move(*database));
}

} // namespace core::engine
