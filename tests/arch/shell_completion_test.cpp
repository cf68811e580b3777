#include "core/packs/Packs.h"
#include "core/task/TaskRegistry.h"
#include "tests/arch/Rooms.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

TEST(ShellCompletion, OffersEveryTaskTypeAndEveryQueue) {
    std::ifstream file(arch::sourceRoot() / "packaging/beatwarden.bash-completion");
    const std::string script{std::istreambuf_iterator<char>(file), {}};
    core::task::TaskRegistry registry;
    core::packs::registerAll(registry);
    ASSERT_FALSE(registry.ids().empty());
    for (const std::string& id : registry.ids())
        EXPECT_NE(script.find(id), std::string::npos) << id;
    for (const core::task::QueueLimit& queue : core::task::kQueues)
        EXPECT_NE(script.find(queue.name), std::string::npos) << queue.name;
}
