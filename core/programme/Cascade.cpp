#include "core/programme/Cascade.h"

#include <algorithm>
#include <numeric>

namespace core::programme {

namespace {

/// The state of one simulation.
class Cascade {
  public:
    Cascade(const std::vector<double>& loads, const std::vector<std::vector<double>>& takes)
        : m_load(loads), m_limit(loads.size()), m_up(loads.size(), true), m_takes(takes) {
        for (size_t i = 0; i < loads.size(); ++i)
            m_limit[i] = 1.2 * (loads[i] > 0 ? loads[i] / 0.80 : 1.0);
    }

    /// Takes `leaving` out and hands their load on, all at once; the survivors that break under it.
    std::vector<int> lose(const std::vector<int>& leaving) {
        for (const int f : leaving)
            m_up[size_t(f)] = false;
        std::vector<double> added(m_load.size(), 0);
        for (const int f : leaving)
            handOn(size_t(f), added);
        std::vector<int> broken;
        for (size_t s = 0; s < m_load.size(); ++s) {
            m_load[s] = m_up[s] ? m_load[s] + added[s] : 0;
            if (m_up[s] && m_load[s] > m_limit[s] + 1e-9)
                broken.push_back(int(s));
        }
        return broken;
    }

    double carried() const {
        double sum = 0;
        for (size_t s = 0; s < m_load.size(); ++s)
            sum += m_up[s] ? m_load[s] : 0;
        return sum;
    }

  private:
    double takes(size_t from, size_t to) const { return m_takes.empty() ? 1.0 : m_takes[from][to]; }

    /// By the loads as they are before the wave, so that nobody's share depends on who is named first.
    void handOn(size_t from, std::vector<double>& added) const {
        std::vector<double> weight(m_load.size(), 0);
        for (size_t s = 0; s < m_load.size(); ++s)
            if (m_up[s])
                weight[s] = takes(from, s) * std::max(0.0, m_limit[s] - m_load[s]);
        double total = std::accumulate(weight.begin(), weight.end(), 0.0);
        if (total <= 0) {
            for (size_t s = 0; s < m_load.size(); ++s)
                weight[s] = m_up[s] ? takes(from, s) : 0;
            total = std::accumulate(weight.begin(), weight.end(), 0.0);
        }
        if (total > 0)
            for (size_t s = 0; s < m_load.size(); ++s)
                added[s] += m_load[from] * weight[s] / total;
    }

    std::vector<double> m_load;
    std::vector<double> m_limit;
    std::vector<bool> m_up;
    const std::vector<std::vector<double>>& m_takes;
};

} // namespace

CascadeResult simulateCascade(const std::vector<double>& loads, const std::vector<int>& seed,
                              const std::vector<std::vector<double>>& takes) {
    CascadeResult result;
    const double original = std::accumulate(loads.begin(), loads.end(), 0.0);
    Cascade cascade(loads, takes);
    std::vector<int> broken = cascade.lose(seed);
    while (!broken.empty()) {
        ++result.waves;
        result.failed.insert(result.failed.end(), broken.begin(), broken.end());
        broken = cascade.lose(broken);
    }
    result.finalCoverage = original > 0 ? cascade.carried() / original : 1;
    result.catastrophic = result.finalCoverage < 0.5;
    return result;
}

} // namespace core::programme
