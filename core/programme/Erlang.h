#pragma once

#include <optional>

namespace core::programme {

/// Loss and delay of `servers` (≥ 0) that serve an offered load of `erlangs` (arrival rate × service time, ≥ 0).
/// A. K. Erlang's formulas by the usual stable recursion.

/// Probability that all servers are busy when nobody waits (blocking), 0..1.
double erlangB(double erlangs, int servers);
/// Probability that an arrival must wait, 0..1; 1 when the load exceeds the servers.
double erlangC(double erlangs, int servers);
/// Mean wait in the unit of `serviceTime` (> 0); absent when the queue grows without bound.
std::optional<double> erlangMeanWait(double erlangs, int servers, double serviceTime);
/// Share of arrivals served within `within` (unit of `serviceTime`), 0..1; 0 when the queue grows without bound.
double erlangServiceLevel(double erlangs, int servers, double serviceTime, double within);
/// The fewest servers, at most `most`, with a probability of waiting of at most `target`; absent: none is enough.
std::optional<int> serversForWait(double erlangs, double target = 0.05, int most = 20);

} // namespace core::programme
