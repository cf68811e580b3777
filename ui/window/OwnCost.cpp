#include "ui/window/OwnCost.h"

#include <cstdio>
#include <memory>
#include <sys/resource.h>
#include <unistd.h>

namespace ui::window {

namespace {

int64_t usedMicroseconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1'000'000ll + usage.ru_utime.tv_usec +
           usage.ru_stime.tv_usec;
}

int64_t residentBytes() {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/proc/self/statm", "re"), &std::fclose);
    long total = 0, resident = 0;
    if (!file || std::fscanf(file.get(), "%ld %ld", &total, &resident) != 2)
        return 0;
    return int64_t(resident) * sysconf(_SC_PAGESIZE);
}

} // namespace

std::optional<OwnCost::Reading> OwnCost::read(int64_t nowMilliseconds) {
    const int64_t used = usedMicroseconds();
    const int64_t elapsed = nowMilliseconds - m_lastAt;
    std::optional<Reading> reading;
    if (m_lastTicks >= 0 && elapsed > 0)
        reading = Reading{double(used - m_lastTicks) / 10.0 / double(elapsed), residentBytes()};
    m_lastTicks = used;
    m_lastAt = nowMilliseconds;
    return reading;
}

} // namespace ui::window
