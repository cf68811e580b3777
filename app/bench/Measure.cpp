#include "app/bench/Measure.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>

namespace app::bench {

namespace {

constexpr int kFieldsBeforeUserTime = 11; ///< of /proc/<pid>/stat, counted behind the name in brackets

double processorSecondsOf(const std::string& folder) {
    std::ifstream file(folder + "/stat");
    std::string line;
    std::getline(file, line);
    std::istringstream fields(line.substr(std::min(line.size(), line.rfind(')') + 1)));
    std::string skipped;
    for (int i = 0; i < kFieldsBeforeUserTime; ++i)
        fields >> skipped;
    double user = 0, system = 0;
    fields >> user >> system;
    return (user + system) / double(::sysconf(_SC_CLK_TCK));
}

} // namespace

ProcessUse ProcessUse::of(int pid) {
    const std::string folder = "/proc/" + std::to_string(pid);
    ProcessUse use;
    use.processorSeconds = processorSecondsOf(folder);
    std::ifstream file(folder + "/status");
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string name;
        double kilobytes = 0;
        words >> name >> kilobytes;
        if (name == "VmRSS:")
            use.residentMb = kilobytes / 1024;
        if (name == "VmHWM:")
            use.peakMb = kilobytes / 1024;
    }
    return use;
}

double percentile(std::vector<double> samples, double percent) {
    if (samples.empty())
        return 0;
    const auto rank = size_t(std::ceil(percent / 100 * double(samples.size())));
    const auto at = samples.begin() + long(std::clamp(rank, size_t(1), samples.size()) - 1);
    std::nth_element(samples.begin(), at, samples.end());
    return *at;
}

double rounded(double value) {
    return std::round(value * 1000) / 1000;
}

} // namespace app::bench
