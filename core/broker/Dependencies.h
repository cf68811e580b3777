#pragma once

#include "core/broker/Broker.h"
#include "core/store/TaskStore.h"

namespace core::broker {

/// Fills in what the tasks of one call wait for: counts, and the state `scheduled` of those that wait.
void countDependencies(const std::vector<NewTask>& tasks, std::vector<store::TaskRow>& rows);
/// Stores who waits for whom, once all have their keys. Thread: writer, as all here.
void insertDependencies(store::Connection& db, const std::vector<NewTask>& tasks,
                        const std::vector<store::TaskRow>& rows);
/// After an end: those who wait have one task less to wait for, and are due when it was the last; after an end that is no
/// success they are revoked, and those who wait for them. Adds the moves. Nothing for a task that has not ended.
void settleDependents(store::Connection& db, const store::TaskRow& ended, base::Instant now, Broker::Moves& moves);
/// What the tasks came to that this one waited for: an array of {task, type, result}, in their order of submission. None
/// when a row that it would be read from is damaged or gone.
std::optional<base::Json> upstreamResults(store::Connection& db, const store::TaskRow& row);

} // namespace core::broker
