#include "core/programme/store/ProgrammeSchema.h"

#include "core/programme/store/DutySchema.h"
#include "core/programme/store/FallbackSchema.h"
#include "core/programme/store/ResidencySchema.h"
#include "core/programme/store/ResilienceSchema.h"

namespace core::programme::store {

std::vector<core::store::Migration> programmeMigrations() {
    std::vector<core::store::Migration> steps = residencyMigrations();
    for (auto& room : {resilienceMigrations(), dutyMigrations(), fallbackMigrations()})
        steps.insert(steps.end(), room.begin(), room.end());
    return steps;
}

} // namespace core::programme::store
