#include "tests/support/WallClock.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace tests {

namespace {

constexpr Second kProbe = 6 * 3600;

} // namespace

WallClock::WallClock(const std::string& zone) {
    ::setenv("TZ", (":" + zone).c_str(), 1);
    ::tzset();
}

WallClock::~WallClock() {
    ::unsetenv("TZ");
    ::tzset();
}

std::tm WallClock::at(Second second) const {
    const std::time_t time = second;
    std::tm local{};
    ::localtime_r(&time, &local);
    return local;
}

std::vector<Second> WallClock::changes(Second from, Second to) const {
    std::vector<Second> found;
    Second before = from;
    Second old = offset(from);
    for (Second probe = from + kProbe; probe <= to; probe += kProbe) {
        if (offset(probe) != old)
            found.push_back(firstOther(before, probe, old));
        old = offset(probe);
        before = probe;
    }
    return found;
}

Second WallClock::firstOther(Second with, Second without, Second old) const {
    while (without - with > 1) {
        const Second middle = with + (without - with) / 2;
        (offset(middle) == old ? with : without) = middle;
    }
    return without;
}

std::vector<std::string> allZones() {
    const std::filesystem::path root = "/usr/share/zoneinfo";
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        const std::string name = std::filesystem::relative(entry.path(), root);
        const bool other = name.starts_with("posix") || name.starts_with("right/") || name == "localtime" || name == "Factory";
        std::array<char, 4> magic{};
        if (!entry.is_regular_file() || other || !std::ifstream(entry.path()).read(magic.data(), 4))
            continue;
        if (std::string_view(magic.data(), 4) == "TZif")
            names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace tests
