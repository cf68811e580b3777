#pragma once

#include "tests/conformance/StoreModel.h"

#include <iosfwd>
#include <vector>

namespace tests::conformance {

/// One step of a story as bare numbers. They mean something only beside a model (the third of those that run …), so that
/// every list of verbs is a story, and what is left of one after leaving some out is a story too.
struct Verb {
    uint32_t kind = 0, a = 0, b = 0, c = 0;
};

void showValue(const Verb& verb, std::ostream& out);

/// What the verb means where the model stands.
Action actionOf(const Verb& verb, const StoreModel& model);
/// A story of so many verbs, always the same for a seed.
std::vector<Verb> storyOf(uint64_t seed, size_t verbs);

} // namespace tests::conformance
