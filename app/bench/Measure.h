#pragma once

#include <chrono>
#include <vector>

namespace app::bench {

/// Thread: any. Seconds since it was made.
class Stopwatch {
  public:
    double seconds() const { return std::chrono::duration<double>(Clock::now() - m_start).count(); }

  private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point m_start = Clock::now();
};

/// What a process has used; zeros when it is gone.
struct ProcessUse {
    double residentMb = 0;
    double peakMb = 0;
    double processorSeconds = 0;

    static ProcessUse of(int pid);
};

/// The smallest sample that at least `percent` of all samples do not exceed (nearest rank); 0 of none.
double percentile(std::vector<double> samples, double percent);

/// Three digits behind the point, for reports.
double rounded(double value);

} // namespace app::bench
