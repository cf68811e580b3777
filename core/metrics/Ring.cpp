#include "core/metrics/Ring.h"

#include <algorithm>
#include <limits>

namespace core::metrics {

void Bucket::add(double value, uint32_t weightOfIt) {
    if (weightOfIt > std::numeric_limits<uint32_t>::max() - weight)
        return; // 49 days measured within one bucket: the clock stands still
    least = samples == 0 ? value : std::min(least, value);
    most = samples == 0 ? value : std::max(most, value);
    last = value;
    sum += value * weightOfIt;
    weight += weightOfIt;
    ++samples;
}

Ring::Ring(int64_t capacity, int64_t chunk)
    : m_capacity(capacity), m_chunk(chunk), m_slots(size_t((capacity + chunk - 1) / chunk + 1)) {}

int64_t Ring::numberOf(int64_t index) const {
    return index >= 0 ? index / m_chunk : (index + 1) / m_chunk - 1;
}

std::unique_ptr<Ring::Chunk>& Ring::slotOf(int64_t number) {
    const int64_t slots = int64_t(m_slots.size());
    return m_slots[size_t((number % slots + slots) % slots)];
}

Bucket& Ring::at(int64_t index) {
    const int64_t number = numberOf(index);
    std::unique_ptr<Chunk>& slot = slotOf(number);
    if (!slot)
        slot = std::make_unique<Chunk>(Chunk{number, std::vector<Bucket>(size_t(m_chunk))});
    if (slot->number != number) {
        slot->number = number;
        std::fill(slot->buckets.begin(), slot->buckets.end(), Bucket());
    }
    return slot->buckets[size_t(index - number * m_chunk)];
}

const Bucket* Ring::find(int64_t index) const {
    const int64_t number = numberOf(index);
    const auto& slot = const_cast<Ring*>(this)->slotOf(number);
    if (!slot || slot->number != number)
        return nullptr;
    const Bucket& bucket = slot->buckets[size_t(index - number * m_chunk)];
    return bucket.samples == 0 ? nullptr : &bucket;
}

Bucket* Ring::ifFree(int64_t index) {
    const int64_t number = numberOf(index);
    const auto& slot = slotOf(number);
    return slot && slot->number != number ? nullptr : &at(index);
}

size_t Ring::chunksInUse() const {
    return size_t(std::count_if(m_slots.begin(), m_slots.end(), [](const auto& slot) { return slot != nullptr; }));
}

} // namespace core::metrics
