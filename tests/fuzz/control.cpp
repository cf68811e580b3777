// The control: a promise that is not kept. Every expression of its corpus keeps it, so that only what is made from them
// can break it; a driver that does not notice is broken itself.
// Input: a cron expression.

#include "core/beat/CronExpression.h"
#include "tests/fuzz/Target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    const auto cron = core::beat::CronExpression::parse(tests::fuzz::textOf(bytes, size));
    if (cron)
        tests::fuzz::holds(cron->describe().starts_with("At "), "every expression names times of day", cron->text());
    return 0;
}
