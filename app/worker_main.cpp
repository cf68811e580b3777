#include "core/packs/Packs.h"
#include "core/worker/WorkerProcess.h"

int main(int argc, char** argv) {
    core::task::TaskRegistry registry;
    core::packs::registerAll(registry);
    core::packs::registerBench(registry); // what may be submitted, the engine's registry decides
    return core::worker::WorkerProcess::main(registry, argc, argv);
}
