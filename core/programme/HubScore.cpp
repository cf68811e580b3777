#include "core/programme/HubScore.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>

namespace core::programme {

namespace {

constexpr double kDamping = 0.85;
constexpr int kMostRounds = 200;
constexpr double kSettled = 1e-12;
constexpr double kHub = 0.4, kCriticalHub = 0.6;
constexpr double kOverloadTotal = 80;

using Weights = std::vector<std::vector<double>>;

Weights weightsOf(const std::vector<HubNode>& nodes) {
    Weights weights(nodes.size(), std::vector<double>(nodes.size(), 0));
    for (size_t i = 0; i < nodes.size(); ++i)
        for (size_t j = i + 1; j < nodes.size(); ++j)
            for (const int service : nodes[i].services)
                if (std::find(nodes[j].services.begin(), nodes[j].services.end(), service) != nodes[j].services.end())
                    weights[i][j] = weights[j][i] = weights[i][j] + 1;
    return weights;
}

/// Of Euclidean length 1.
std::vector<double> normalized(std::vector<double> values) {
    double squares = 0;
    for (const double value : values)
        squares += value * value;
    if (squares > 0)
        for (double& value : values)
            value /= std::sqrt(squares);
    return values;
}

/// Brandes, unweighted: the paths from one source.
void addPathsFrom(const Weights& weights, size_t source, std::vector<double>& betweenness) {
    const size_t n = weights.size();
    std::vector<int> distance(n, -1);
    std::vector<double> paths(n, 0), dependency(n, 0);
    std::vector<size_t> order;
    std::deque<size_t> waiting{source};
    distance[source] = 0;
    paths[source] = 1;
    while (!waiting.empty()) {
        const size_t v = waiting.front();
        waiting.pop_front();
        order.push_back(v);
        for (size_t w = 0; w < n; ++w) {
            if (weights[v][w] <= 0)
                continue;
            if (distance[w] < 0) {
                distance[w] = distance[v] + 1;
                waiting.push_back(w);
            }
            if (distance[w] == distance[v] + 1)
                paths[w] += paths[v];
        }
    }
    for (size_t i = order.size(); i-- > 0;) {
        const size_t w = order[i];
        for (size_t v = 0; v < n; ++v)
            if (weights[v][w] > 0 && distance[v] >= 0 && distance[v] + 1 == distance[w])
                dependency[v] += paths[v] / paths[w] * (1 + dependency[w]);
        if (w != source)
            betweenness[w] += dependency[w];
    }
}

std::vector<double> betweennessOf(const Weights& weights) {
    const double n = double(weights.size());
    std::vector<double> values(weights.size(), 0);
    if (n < 3)
        return values;
    for (size_t source = 0; source < weights.size(); ++source)
        addPathsFrom(weights, source, values);
    for (double& value : values)
        value /= (n - 1) * (n - 2); // every pair was seen from both ends
    return values;
}

std::vector<double> pageRankOf(const Weights& weights) {
    const size_t n = weights.size();
    std::vector<double> out(n);
    for (size_t i = 0; i < n; ++i)
        out[i] = std::accumulate(weights[i].begin(), weights[i].end(), 0.0);
    std::vector<double> rank(n, 1.0 / double(n));
    for (int round = 0; round < kMostRounds; ++round) {
        double adrift = 0; // of those who are connected to nobody
        for (size_t i = 0; i < n; ++i)
            adrift += out[i] > 0 ? 0 : rank[i];
        std::vector<double> next(n, (1 - kDamping) / double(n) + kDamping * adrift / double(n));
        for (size_t i = 0; i < n; ++i)
            for (size_t j = 0; j < n; ++j)
                if (weights[i][j] > 0)
                    next[j] += kDamping * rank[i] * weights[i][j] / out[i];
        double moved = 0;
        for (size_t i = 0; i < n; ++i)
            moved += std::abs(next[i] - rank[i]);
        rank = std::move(next);
        if (moved < kSettled)
            break;
    }
    return rank;
}

std::vector<double> eigenvectorOf(const Weights& weights) {
    const size_t n = weights.size();
    std::vector<double> values(n, 1.0);
    for (int round = 0; round < kMostRounds; ++round) {
        std::vector<double> next = values; // + values: the shifted matrix, which settles for bipartite networks too
        for (size_t i = 0; i < n; ++i)
            for (size_t j = 0; j < n; ++j)
                next[i] += weights[i][j] * values[j];
        next = normalized(std::move(next));
        double moved = 0;
        for (size_t i = 0; i < n; ++i)
            moved = std::max(moved, std::abs(next[i] - values[i]));
        values = std::move(next);
        if (moved < kSettled)
            break;
    }
    return values;
}

double degreeOf(const Weights& weights, size_t node) {
    const auto colleagues = std::count_if(weights[node].begin(), weights[node].end(), [](double w) { return w > 0; });
    return weights.size() > 1 ? double(colleagues) / double(weights.size() - 1) : 0;
}

} // namespace

std::vector<HubScore> hubScores(const std::vector<HubNode>& nodes) {
    std::vector<HubScore> scores(nodes.size());
    const Weights weights = weightsOf(nodes);
    const bool connected = nodes.size() > 1;
    const std::vector<double> none(nodes.size(), 0.0);
    const auto betweenness = betweennessOf(weights);
    const auto pageRank = connected ? pageRankOf(weights) : none;
    const auto eigenvector = connected ? eigenvectorOf(weights) : none;
    for (size_t i = 0; i < nodes.size(); ++i) {
        HubScore& score = scores[i];
        score.betweenness = betweenness[i];
        score.degree = degreeOf(weights, i);
        score.pageRank = score.degree > 0 ? pageRank[i] : 0;
        score.eigenvector = score.degree > 0 ? eigenvector[i] : 0;
        score.replacement = 1 / (1 + nodes[i].meanAlternatives);
        score.workload = nodes[i].workload;
        score.score = .25 * score.betweenness + .25 * score.pageRank + .15 * score.degree + .10 * score.eigenvector +
                      .15 * score.replacement + .10 * score.workload;
        score.level = score.score >= kCriticalHub ? "critical hub" : score.score >= kHub ? "hub" : "";
    }
    return scores;
}

double unifiedIndex(double criticality, double burnoutSpread, double hub) {
    return .40 * criticality + .25 * burnoutSpread + .35 * hub;
}

double burnoutSpread(double allostaticTotal, double degree) {
    return std::clamp(allostaticTotal / kOverloadTotal, 0.0, 1.0) * degree;
}

} // namespace core::programme
