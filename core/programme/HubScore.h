#pragma once

#include <string>
#include <vector>

namespace core::programme {

/// One faculty member of the network of those who serve together.
struct HubNode {
    std::vector<int> services;     ///< those that they serve, as numbers, each once
    double meanAlternatives = 0;   ///< other qualified faculty per service
    double workload = 0;           ///< own assignments / the most that anybody has, 0..1
};

/// How central somebody is, every part 0..1.
struct HubScore {
    double betweenness = 0; ///< share of shortest paths between others that lead through them (U. Brandes' algorithm)
    double pageRank = 0;    ///< with damping 0.85 over the weights; those of all together are 1
    double degree = 0;      ///< colleagues with a service in common / all colleagues
    double eigenvector = 0; ///< by power iteration over the weights; the squares of all together are 1
    double replacement = 0; ///< difficulty: 1 / (1 + mean alternatives)
    double workload = 0;
    double score = 0; ///< .25 betweenness + .25 PageRank + .15 degree + .10 eigenvector + .15 replacement + .10 workload
    std::string level; ///< `critical hub` from .6, `hub` from .4, otherwise empty
};

/// By position of `nodes`. Two are connected when they serve a service in common; the weight is the number of those. The
/// order of the nodes changes nothing. Of whoever is connected to nobody only replacement and workload count.
std::vector<HubScore> hubScores(const std::vector<HubNode>& nodes);

/// Unified critical index, 0..1: .40 contingency (the criticality score) + .25 burnout spread + .35 hub score.
double unifiedIndex(double criticality, double burnoutSpread, double hub);
/// How far the exhaustion of somebody would reach: their allostatic load / 80 (at most 1) × the share of colleagues with a
/// service in common.
double burnoutSpread(double allostaticTotal, double degree);

} // namespace core::programme
