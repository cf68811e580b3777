#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace core::metrics {

/// What was measured in one bucket of time. Weight is what each sample counts by: milliseconds, or observations.
struct Bucket {
    double sum = 0; ///< of value × weight
    double least = 0, most = 0, last = 0;
    uint32_t weight = 0;
    uint32_t samples = 0;

    void add(double value, uint32_t weightOfIt);
    bool operator==(const Bucket&) const = default;
};

/// Thread: one at a time. The newest buckets of one resolution, by their number since the epoch. Memory comes in chunks
/// as it is touched, and ends at the capacity. A chunk belongs to whoever wrote into it last: a clock that is set back
/// or forth costs the chunks that it lands on, and nothing is ever shown at another time than it was measured.
class Ring {
  public:
    Ring(int64_t capacity, int64_t chunk);

    /// The bucket to write into.
    Bucket& at(int64_t index);
    /// nullptr: nothing was measured.
    const Bucket* find(int64_t index) const;
    /// As `at`, but nullptr where another time is kept already.
    Bucket* ifFree(int64_t index);
    int64_t capacity() const { return m_capacity; }
    size_t chunksInUse() const;

  private:
    struct Chunk {
        int64_t number = 0;
        std::vector<Bucket> buckets;
    };
    int64_t numberOf(int64_t index) const;
    std::unique_ptr<Chunk>& slotOf(int64_t number);

    const int64_t m_capacity;
    const int64_t m_chunk;
    std::vector<std::unique_ptr<Chunk>> m_slots;
};

} // namespace core::metrics
