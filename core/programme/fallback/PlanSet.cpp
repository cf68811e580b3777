#include "core/programme/fallback/PlanSet.h"

#include <exception>

namespace core::programme::fallback {

std::vector<PlanResult> makePlans(const PlanMaker& make, const std::function<void(double, const char*)>& step) {
    std::vector<PlanResult> results;
    for (const Scenario scenario : kScenarios) {
        PlanResult result;
        result.scenario = scenario;
        const double begin = double(results.size()) / double(kScenarios.size());
        std::exception_ptr stopped; // by whoever listens, which is no failure of the scenario
        const auto told = [&](double done) {
            try {
                step(begin + done / double(kScenarios.size()), ruleOf(scenario).name);
            } catch (...) {
                stopped = std::current_exception();
                throw;
            }
        };
        try {
            told(0);
            result.plan = make(scenario, told);
        } catch (const std::exception& failure) {
            if (stopped)
                std::rethrow_exception(stopped);
            result.error = failure.what();
        }
        results.push_back(std::move(result));
    }
    return results;
}

} // namespace core::programme::fallback
