#include "core/programme/sample/Draft.h"

#include "core/programme/Catalogue.h"

#include <algorithm>
#include <limits>

namespace core::programme::sample {

namespace {

constexpr int kFirstBlock = 1, kLastBlock = 13;
constexpr int kMaxServiceBlocks[] = {0, 6, 9, 9}; ///< by PGY: interns have five or six inpatient blocks

/// The annual rotation matrix: services first (whoever had least of it, no second night block in a row), then
/// electives and clinic. Four of nine outpatient residents are on clinic.
class MatrixStep {
  public:
    explicit MatrixStep(Draft& draft)
        : m_draft(draft), m_chance(draft.chance(Step::Matrix)), m_serviceBlocks(size_t(draft.residents), 0),
          m_clinicBlocks(size_t(draft.residents), 0),
          m_counts(size_t(draft.residents), std::vector<int>(draft.programme.rotations.size(), 0)) {}

    void run() {
        m_draft.matrix.assign(size_t(m_draft.residents), {});
        for (int block = kFirstBlock; block <= kLastBlock; ++block) {
            for (const BlockService& service : blockServices(m_draft.residents))
                place(service, block);
            fillOutpatient(block);
        }
        for (int resident = 0; resident < m_draft.residents; ++resident)
            orient(resident);
    }

  private:
    Cell& cell(int resident, int block) { return m_draft.matrix[size_t(resident)][size_t(block)]; }
    const Rotation* rotationIn(int resident, int block) {
        return block < kFirstBlock || cell(resident, block).first < 0 ? nullptr
                                                                      : &m_draft.rotation(cell(resident, block).first);
    }

    bool isEligible(const BlockService& service, int resident) const {
        const bool intern = m_draft.person(resident).pgy == 1;
        using enum BlockService::Eligible;
        return service.eligible == Anyone || (service.eligible == Interns) == intern;
    }

    double score(int resident, int rotation, int block) {
        const Rotation* before = rotationIn(resident, block - 1);
        const Rotation* earlier = rotationIn(resident, block - 2);
        const bool tiringBefore = before && before->isInpatient();
        double value = 10.0 * m_serviceBlocks[size_t(resident)] + 25.0 * m_counts[size_t(resident)][size_t(rotation)] +
                       20 * m_chance.unit();
        if (before && before->isNight)
            value += 1000; // days after a night block are outpatient ones
        if (tiringBefore && m_draft.rotation(rotation).isNight)
            value += 200;
        if (tiringBefore && earlier && earlier->isInpatient())
            value += 60;
        if (m_serviceBlocks[size_t(resident)] >= kMaxServiceBlocks[m_draft.person(resident).pgy])
            value += 400;
        return value;
    }

    void place(const BlockService& service, int block) {
        const int rotation = m_draft.rotationNamed(service.rotation);
        int best = -1;
        double bestScore = std::numeric_limits<double>::max();
        for (int resident = 0; resident < m_draft.residents; ++resident) {
            if (cell(resident, block).first >= 0 || !isEligible(service, resident))
                continue;
            const double value = score(resident, rotation, block);
            if (value < bestScore) {
                bestScore = value;
                best = resident;
            }
        }
        if (best < 0)
            return; // everyone who may is on a service already
        set(best, block, rotation, rotation);
        ++m_serviceBlocks[size_t(best)];
    }

    void set(int resident, int block, int first, int second) {
        cell(resident, block) = {first, second};
        ++m_counts[size_t(resident)][size_t(first)];
        if (second != first)
            ++m_counts[size_t(resident)][size_t(second)];
    }

    void fillOutpatient(int block) {
        std::vector<int> open;
        for (int resident = 0; resident < m_draft.residents; ++resident)
            if (cell(resident, block).first < 0)
                open.push_back(resident);
        m_chance.shuffle(open);
        std::stable_sort(open.begin(), open.end(),
                         [&](int a, int b) { return m_clinicBlocks[size_t(a)] < m_clinicBlocks[size_t(b)]; });
        const size_t onClinic = std::max<size_t>(1, open.size() * 4 / 9);
        const int clinic = m_draft.rotationNamed("C");
        for (size_t i = 0; i < open.size(); ++i) {
            if (i < onClinic) {
                set(open[i], block, clinic, clinic);
                ++m_clinicBlocks[size_t(open[i])];
                continue;
            }
            const int first = elective(open[i], -1);
            set(open[i], block, first, m_draft.rotation(first).isHalfBlock ? elective(open[i], first) : first);
        }
    }

    /// An elective that the resident had least often; the partner of a half-block one is another half-block one.
    int elective(int resident, int partner) {
        std::vector<int> choices;
        int least = std::numeric_limits<int>::max();
        for (size_t i = 0; i < m_draft.programme.rotations.size(); ++i) {
            const Rotation& rotation = m_draft.programme.rotations[i];
            const bool isElective = rotation.type == RotationType::Outpatient && rotation.shedCategory == 4;
            if (!isElective || int(i) == partner || (partner >= 0 && !rotation.isHalfBlock))
                continue;
            const int count = m_counts[size_t(resident)][i];
            if (count < least)
                choices.clear();
            if (count <= least)
                choices.push_back(int(i));
            least = std::min(least, count);
        }
        return m_chance.pick(choices);
    }

    /// Block 0 is the first days of block 1's work; interns who are not on a service have orientation.
    void orient(int resident) {
        Cell& zero = cell(resident, 0);
        zero.first = cell(resident, kFirstBlock).first;
        if (m_draft.person(resident).pgy == 1 && !m_draft.rotation(zero.first).isInpatient())
            zero.first = m_draft.rotationNamed("ORI");
        zero.second = zero.first;
    }

    Draft& m_draft;
    Random m_chance;
    std::vector<int> m_serviceBlocks, m_clinicBlocks;
    std::vector<std::vector<int>> m_counts; ///< by resident, by rotation
};

} // namespace

void makeMatrix(Draft& draft) {
    MatrixStep(draft).run();
}

} // namespace core::programme::sample
