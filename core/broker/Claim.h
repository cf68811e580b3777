#pragma once

#include "core/broker/Broker.h"
#include "core/store/Connection.h"

namespace core::broker {

/// Starts the best waiting tasks that `request` has room for, batch by batch: each batch is of one queue and type, and
/// the type whose first task has the lowest rank goes first. Types without room do not hide those behind them.
/// Appends the moves. Conflict when there is a newer owner. Thread: writer.
base::Result<void> claimTasks(store::Connection& db, const ClaimRequest& request, Broker::Moves& moves);

} // namespace core::broker
