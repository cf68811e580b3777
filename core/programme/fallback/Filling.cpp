#include "core/programme/fallback/Filling.h"

#include <algorithm>
#include <map>
#include <set>

namespace core::programme::fallback {

namespace {

/// Finds for one unit after the other a way to fill it without emptying another.
class Matching {
  public:
    explicit Matching(const std::vector<Vacancy>& vacancies) : m_vacancies(vacancies) {}

    Filling run() {
        for (size_t v = 0; v < m_vacancies.size(); ++v)
            for (int unit = 0; unit < m_vacancies[v].units; ++unit) {
                m_visited.clear();
                if (!augment(v))
                    break;
            }
        Filling filling(m_vacancies.size());
        for (size_t v = 0; v < m_vacancies.size(); ++v)
            for (const int person : m_vacancies[v].candidates)
                if (const auto found = m_takes.find(person); found != m_takes.end() && found->second == v)
                    filling[v].push_back(person);
        return filling;
    }

  private:
    /// Gives the vacancy one person more: somebody free, or somebody for whose vacancy another is found.
    bool augment(size_t vacancy) {
        for (const int person : m_vacancies[vacancy].candidates)
            if (!m_takes.contains(person)) {
                m_takes[person] = vacancy;
                return true;
            }
        for (const int person : m_vacancies[vacancy].candidates) {
            const size_t elsewhere = m_takes[person];
            if (elsewhere == vacancy || !m_visited.insert(person).second || !augment(elsewhere))
                continue;
            m_takes[person] = vacancy;
            return true;
        }
        return false;
    }

    const std::vector<Vacancy>& m_vacancies;
    std::map<int, size_t> m_takes; ///< vacancy by person
    std::set<int> m_visited;       ///< persons, of the present path
};

} // namespace

int filledUnits(const Filling& filling) {
    size_t units = 0;
    for (const std::vector<int>& people : filling)
        units += people.size();
    return int(units);
}

Filling fillGreedily(const std::vector<Vacancy>& vacancies) {
    Filling filling(vacancies.size());
    std::set<int> taken;
    for (size_t v = 0; v < vacancies.size(); ++v)
        for (const int person : vacancies[v].candidates) {
            if (int(filling[v].size()) == vacancies[v].units)
                break;
            if (taken.insert(person).second)
                filling[v].push_back(person);
        }
    return filling;
}

Filling fillExactly(const std::vector<Vacancy>& vacancies) {
    return Matching(vacancies).run();
}

} // namespace core::programme::fallback
