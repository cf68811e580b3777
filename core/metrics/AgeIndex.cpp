#include "core/metrics/AgeIndex.h"

#include <algorithm>

namespace core::metrics {

namespace {
constexpr size_t kMostCells = 1024;
} // namespace

std::vector<AgeIndex::Cell>::iterator AgeIndex::lowerBound(int64_t index) {
    // Mostly it is the newest one that comes and the oldest one that goes.
    if (m_cells.empty() || m_cells.back().index < index)
        return m_cells.end();
    if (m_cells.back().index == index)
        return std::prev(m_cells.end());
    if (m_cells.front().index >= index)
        return m_cells.begin();
    return std::lower_bound(m_cells.begin(), m_cells.end(), index,
                            [](const Cell& cell, int64_t wanted) { return cell.index < wanted; });
}

void AgeIndex::add(base::Instant since) {
    ++m_count;
    const int64_t index = indexOf(since);
    const auto cell = lowerBound(index);
    if (cell != m_cells.end() && cell->index == index) {
        ++cell->count;
        return;
    }
    m_cells.insert(cell, {index, 1});
    if (m_cells.size() > kMostCells)
        dropEmpty();
    while (m_cells.size() > kMostCells)
        widen();
}

void AgeIndex::remove(base::Instant since) {
    if (m_count == 0)
        return;
    --m_count;
    if (m_count == 0) {
        m_cells.clear();
        m_shift = 0;
        return;
    }
    auto cell = lowerBound(indexOf(since));
    if (cell == m_cells.end() || cell->index != indexOf(since) || cell->count == 0)
        cell = m_cells.begin();
    --cell->count;
    if (m_cells.front().count == 0)
        m_cells.erase(m_cells.begin(), std::find_if(m_cells.begin(), m_cells.end(),
                                                    [](const Cell& each) { return each.count > 0; }));
}

void AgeIndex::dropEmpty() {
    std::erase_if(m_cells, [](const Cell& cell) { return cell.count == 0; });
}

/// Cells of twice the width: since the shift is the same for all, whoever leaves finds the cell that it came to.
void AgeIndex::widen() {
    ++m_shift;
    std::vector<Cell> wider;
    for (const Cell& cell : m_cells) {
        if (!wider.empty() && wider.back().index == cell.index >> 1)
            wider.back().count += cell.count;
        else
            wider.push_back({cell.index >> 1, cell.count});
    }
    m_cells = std::move(wider);
}

std::optional<base::Instant> AgeIndex::oldest() const {
    if (m_count == 0)
        return std::nullopt;
    return base::Instant(base::milliseconds(m_cells.front().index << m_shift));
}

} // namespace core::metrics
