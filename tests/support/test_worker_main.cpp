#include "core/worker/WorkerProcess.h"
#include "tests/support/MisbehavingTasks.h"

int main(int argc, char** argv) {
    core::task::TaskRegistry registry;
    tests::addTestTasks(registry);
    return core::worker::WorkerProcess::main(registry, argc, argv);
}
