#include "core/packs/Packs.h"

#include "core/packs/bench/Tasks.h"
#include "core/packs/compliance/Tasks.h"
#include "core/packs/metrics/Tasks.h"
#include "core/packs/resilience/Tasks.h"

namespace core::packs {

void registerAll(task::TaskRegistry& registry) {
    registry.add(resilience::healthCheckTask());
    registry.add(resilience::contingencyTask());
    registry.add(resilience::utilizationForecastTask());
    registry.add(resilience::fallbackPrecomputeTask());
    registry.add(resilience::sendAlertTask());
    registry.add(resilience::crisisActivationTask());
    registry.add(resilience::crisisDeactivationTask());
    registry.add(metrics::metricsComputationTask());
    registry.add(compliance::dutyCheckTask());
}

void registerBench(task::TaskRegistry& registry) {
    registry.add(bench::noopTask());
}

} // namespace core::packs
