#include "core/metrics/Histogram.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace core::metrics {

using base::Result;

namespace {

constexpr int64_t kLowest = 100; // µs: the upper bound of the bucket below all decades
constexpr std::string_view kFormat = "h1";

constexpr std::array<int64_t, 10> kTens{1,         10,         100,         1'000,         10'000,
                                        100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

uint64_t plus(uint64_t a, uint64_t b) {
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

Histogram::Duration plus(Histogram::Duration sum, Histogram::Duration each, uint64_t times) {
    int64_t product = 0, total = 0;
    const int64_t n = int64_t(std::min(times, uint64_t(INT64_MAX)));
    if (__builtin_mul_overflow(each.count(), n, &product) || __builtin_add_overflow(sum.count(), product, &total))
        return Histogram::Duration::max();
    return Histogram::Duration(total);
}

/// Numbers separated by blanks, as `encode` writes them.
class Numbers {
  public:
    explicit Numbers(std::string_view text) : m_text(text) {}
    bool atEnd() const { return m_text.empty(); }
    std::optional<uint64_t> next() {
        if (!m_text.starts_with(' '))
            return std::nullopt;
        uint64_t value = 0;
        const auto [end, error] = std::from_chars(m_text.data() + 1, m_text.data() + m_text.size(), value);
        if (error != std::errc())
            return std::nullopt;
        m_text.remove_prefix(size_t(end - m_text.data()));
        return value;
    }

  private:
    std::string_view m_text;
};

base::Error damaged() {
    return {base::ErrorCode::Corrupt, "a stored histogram cannot be read", {}, {}};
}

} // namespace

size_t Histogram::bucketOf(Duration duration) {
    // Bounds are whole microseconds: above a bound means at least one more, so that d - 1 falls into [lower, upper).
    const int64_t below = duration.count() - 1;
    if (below < kLowest)
        return 0;
    int decade = 0;
    while (decade < kDecades && below >= kTens[size_t(decade) + 1] * kLowest)
        ++decade;
    if (decade == kDecades)
        return kBuckets - 1;
    return 1 + size_t(decade) * kPerDecade + size_t(below / (kTens[size_t(decade)] * 10) - 10);
}

Histogram::Duration Histogram::boundOf(size_t bucket) {
    const size_t index = std::min(bucket, kBuckets - 2); // 0: the bucket below all decades
    if (index == 0)
        return Duration(kLowest);
    return Duration(int64_t((index - 1) % kPerDecade + 11) * kTens[(index - 1) / kPerDecade] * 10);
}

Histogram::Duration Histogram::lowerBoundOf(size_t bucket) {
    return bucket == 0 ? Duration::zero() : boundOf(bucket - 1);
}

void Histogram::add(Duration duration, uint64_t times) {
    if (times == 0)
        return;
    duration = std::max(duration, Duration::zero());
    uint64_t& bucket = m_counts[bucketOf(duration)];
    bucket = plus(bucket, times);
    m_count = plus(m_count, times);
    m_sum = plus(m_sum, duration, times);
    m_shortest = std::min(m_shortest, duration);
    m_longest = std::max(m_longest, duration);
}

void Histogram::merge(const Histogram& other) {
    for (size_t i = 0; i < kBuckets; ++i)
        m_counts[i] = plus(m_counts[i], other.m_counts[i]);
    m_count = plus(m_count, other.m_count);
    m_sum = plus(m_sum, other.m_sum, 1);
    m_shortest = std::min(m_shortest, other.m_shortest);
    m_longest = std::max(m_longest, other.m_longest);
}

void Histogram::fade() {
    const double before = double(m_count);
    m_count = 0;
    Duration lowest = Duration::max(), highest{0};
    for (size_t i = 0; i < kBuckets; ++i) {
        m_counts[i] /= 2;
        if (m_counts[i] == 0)
            continue;
        m_count = plus(m_count, m_counts[i]);
        lowest = std::min(lowest, lowerBoundOf(i));
        highest = i == kBuckets - 1 ? Duration::max() : boundOf(i);
    }
    if (m_count == 0)
        return clear();
    m_sum = Duration(int64_t(double(m_sum.count()) * (double(m_count) / before)));
    m_shortest = std::clamp(m_shortest, lowest, highest);
    m_longest = std::clamp(m_longest, lowest, highest);
}

void Histogram::clear() {
    *this = Histogram();
}

std::optional<Histogram::Duration> Histogram::shortest() const {
    return m_count == 0 ? std::nullopt : std::optional(m_shortest);
}

std::optional<Histogram::Duration> Histogram::longest() const {
    return m_count == 0 ? std::nullopt : std::optional(m_longest);
}

/// The value that stands for a bucket: relative to it, both bounds are equally far away.
Histogram::Duration Histogram::within(size_t bucket) const {
    if (bucket == kBuckets - 1)
        return m_longest;
    const double upper = double(boundOf(bucket).count()), lower = double(lowerBoundOf(bucket).count());
    const double middle = bucket == 0 ? upper / 2 : 2 * lower * upper / (lower + upper);
    return std::clamp(Duration(std::llround(middle)), m_shortest, m_longest);
}

std::optional<Histogram::Duration> Histogram::quantile(double q) const {
    if (m_count == 0)
        return std::nullopt;
    const double rank = std::clamp(std::ceil(q * double(m_count)), 1.0, double(m_count));
    uint64_t seen = 0;
    for (size_t i = 0; i < kBuckets; ++i) {
        seen = plus(seen, m_counts[i]);
        if (double(seen) >= rank)
            return within(i);
    }
    return m_longest;
}

uint64_t Histogram::countUpTo(Duration bound) const {
    uint64_t count = 0;
    for (size_t i = 0; i + 1 < kBuckets && boundOf(i) <= bound; ++i)
        count = plus(count, m_counts[i]);
    return count;
}

bool Histogram::isBound(Duration bound) {
    return bound.count() > 0 && bucketOf(bound) < kBuckets - 1 && boundOf(bucketOf(bound)) == bound;
}

std::optional<Histogram::Duration> Histogram::remaining(Duration elapsed, double q) const {
    elapsed = std::max(elapsed, Duration::zero());
    if (m_count == 0 || elapsed >= m_longest)
        return std::nullopt;
    // Inside the bucket of `elapsed` the durations are taken as evenly spread, and only those behind it count.
    const size_t first = bucketOf(elapsed + Duration(1));
    const Duration end = first == kBuckets - 1 ? m_longest : std::min(boundOf(first), m_longest);
    const double behind = double((end - elapsed).count()) / double((end - lowerBoundOf(first)).count());
    double total = double(m_counts[first]) * behind;
    for (size_t i = first + 1; i < kBuckets; ++i)
        total += double(m_counts[i]);
    double seen = double(m_counts[first]) * behind;
    if (seen > 0 && seen >= q * total)
        return (end - elapsed) / 2;
    for (size_t i = first + 1; i < kBuckets; ++i) {
        seen += double(m_counts[i]);
        if (m_counts[i] > 0 && seen >= q * total)
            return std::max(within(i) - elapsed, Duration::zero());
    }
    return m_longest - elapsed;
}

std::string Histogram::encode() const {
    std::string text(kFormat);
    if (m_count == 0)
        return text;
    const auto put = [&](uint64_t number) { text += ' ' + std::to_string(number); };
    for (const Duration figure : {m_sum, m_shortest, m_longest})
        put(uint64_t(figure.count()));
    for (size_t i = 0; i < kBuckets; ++i)
        if (m_counts[i] > 0) {
            put(i);
            put(m_counts[i]);
        }
    return text;
}

Result<Histogram> Histogram::decode(std::string_view text) {
    Histogram histogram;
    if (!text.starts_with(kFormat))
        return damaged();
    Numbers numbers(text.substr(kFormat.size()));
    if (numbers.atEnd())
        return histogram;
    for (Duration* figure : {&histogram.m_sum, &histogram.m_shortest, &histogram.m_longest}) {
        const auto number = numbers.next();
        if (!number || *number > uint64_t(INT64_MAX))
            return damaged();
        *figure = Duration(int64_t(*number));
    }
    int64_t last = -1;
    while (!numbers.atEnd()) {
        const auto bucket = numbers.next(), count = numbers.next();
        if (!bucket || !count || *bucket >= kBuckets || int64_t(*bucket) <= last || *count == 0)
            return damaged();
        last = int64_t(*bucket);
        histogram.m_counts[*bucket] = *count;
        histogram.m_count = plus(histogram.m_count, *count);
    }
    if (histogram.m_count == 0 || histogram.m_shortest > histogram.m_longest)
        return damaged();
    return histogram;
}

} // namespace core::metrics
