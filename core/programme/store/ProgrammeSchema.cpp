#include "core/programme/store/ProgrammeSchema.h"

#include "core/programme/store/ResidencySchema.h"
#include "core/programme/store/ResilienceSchema.h"

namespace core::programme::store {

std::vector<core::store::Migration> programmeMigrations() {
    std::vector<core::store::Migration> steps = residencyMigrations();
    for (core::store::Migration& step : resilienceMigrations())
        steps.push_back(std::move(step));
    return steps;
}

} // namespace core::programme::store
