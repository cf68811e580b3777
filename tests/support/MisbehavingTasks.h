#pragma once

#include "core/task/TaskRegistry.h"

namespace tests {

/// The task types of `beatwarden-test-worker`: some that behave, and one for every way of not behaving. All are on the
/// queue `default` but `test_metrics`; none is retried but `test_fail_times` (3 retries after 1 s) and `test_crash` (5);
/// who asks for retries of the others gets them at once.
///
/// `test_rated` (10/s) → its params · `test_echo` and `test_metrics` {text, number, value: an object} → their params · `test_context` → what the context says ·
/// `test_read_database` → how many tasks there are · `test_mayhem {mode}` see DeathModes ·
/// `test_fail {message}` · `test_fail_at_length {kb, how}` (1 retry within an hour) · `test_fail_nested` · `test_fail_with_value` (throws an int) · `test_fail_permanently` ·
/// `test_fail_times {times}` fails while attempt <= times ·
/// `test_sleep {ms}` obeys cancel and soft limit · `test_late_obeyer {ms}` ends well although cancelled ·
/// `test_stubborn {ms, ignore_term}` obeys nothing · `test_spin {ms}` computes and never looks ·
/// `test_false_cancel` claims to be cancelled · `test_crash` · `test_exit {status}` · `test_rubbish {bytes}` writes
/// that many to the engine · `test_foreign_frame` reports for another task · `test_two_outcomes` · `test_huge {mb}` ·
/// `test_deep {levels}` · `test_progress {steps, ms}` · `test_log {lines}` · `test_log_flood {mb}` ·
/// `test_memory {mb}` keeps what it takes · `test_children {count}` starts processes that outlive it ·
/// `test_effect {ms}` and `test_once {ms}` (not idempotent) leave a row in `health_check` that names the task ·
/// `test_short_limit {ms}` does so within a hard limit of 1 s, or is retried ·
/// `test_kill_engine {when}` does the same, and its first attempt kills the engine: when `begun` or `done` ·
/// `test_change {kind, table, values, where, expect_rows}` returns that one change ·
/// `test_follow {type, params}` returns a follow-up · `test_outbox {channel, body}` returns a message.
void addTestTasks(core::task::TaskRegistry& registry);

} // namespace tests
