#pragma once

#include "core/task/TaskRegistry.h"

namespace tests {

/// Task types that use what a context and a type description offer. All on the queue `default`, none retried.
///
/// `test_batch {items: an object {list: […]}, fatal}` runs its items as a batch: {fail: text} fails, {refuse: text} fails
/// permanently, {throw: text} throws, {ms} sleeps politely and tells its own progress, others come back as they are ·
/// `test_keeper {ms, trouble}` tells progress with fields, keeps a partial result, cleans up with a log line (and fails
/// in it when told `trouble`), sleeps politely · `test_fail_untidily` throws, and fails in its clean-up ·
/// `test_fields {bytes}` reports fields of that size ·
/// `test_notified {fail, times}` tells its launcher in the console of a success, and somebody by mail of a failure; fails
/// while attempt <= times (1 retry at once) · `test_bad_notice` fails, and so do its notices: one throws, one is too large ·
/// `test_tracked {row, ms, fail}` the status of the resilience_alert whose kind is `row` follows it.
void addDiligentTasks(core::task::TaskRegistry& registry);

} // namespace tests
