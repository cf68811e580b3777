#include "core/packs/Packs.h"

namespace core::packs {

void registerAll(task::TaskRegistry&) {}

} // namespace core::packs
