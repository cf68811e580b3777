#include "core/programme/HubScore.h"

#include <gtest/gtest.h>

using namespace core::programme;

TEST(CalcHub, WhoeverConnectsTwoGroupsLiesBetweenThem) {
    // A and B share service 0, B and C share service 1: the path A – B – C.
    const std::vector<HubScore> scores = hubScores({{{0}, 3, .5}, {{0, 1}, 3, 1}, {{1}, 3, .5}});
    EXPECT_DOUBLE_EQ(scores[1].betweenness, 1.0);
    EXPECT_DOUBLE_EQ(scores[0].betweenness, 0.0);
    EXPECT_DOUBLE_EQ(scores[1].degree, 1.0);
    EXPECT_DOUBLE_EQ(scores[0].degree, 0.5);
    // PageRank of a path of three: an end e = 0.05 + 0.85·m/2, the middle m = 0.05 + 0.85·2e.
    EXPECT_NEAR(scores[1].pageRank, .135 / .2775, 1e-9);
    EXPECT_NEAR(scores[0].pageRank, (1 - .135 / .2775) / 2, 1e-9);
    EXPECT_NEAR(scores[0].eigenvector, .5, 1e-9);
    EXPECT_NEAR(scores[1].eigenvector, std::sqrt(.5), 1e-9);
    EXPECT_DOUBLE_EQ(scores[1].replacement, 0.25);
    EXPECT_NEAR(scores[1].score, .25 + .25 * .135 / .2775 + .15 + .10 * std::sqrt(.5) + .15 * .25 + .10, 1e-9);
    EXPECT_EQ(scores[1].level, "critical hub");
}

TEST(CalcHub, SomebodyAloneHasNoNetwork) {
    const std::vector<HubScore> alone = hubScores({{{0}, 0, 1}});
    EXPECT_NEAR(alone[0].score, .15 + .10, 1e-12);
    EXPECT_EQ(alone[0].level, "");
    const std::vector<HubScore> strangers = hubScores({{{0}, 1, 1}, {{1}, 1, 1}});
    EXPECT_DOUBLE_EQ(strangers[0].pageRank, 0);
    EXPECT_DOUBLE_EQ(strangers[0].eigenvector, 0);
    EXPECT_TRUE(hubScores({}).empty());
}

TEST(CalcHub, EveryPartLiesBetweenZeroAndOneAndTheOrderChangesNothing) {
    const std::vector<HubNode> nodes{{{0, 1, 2}, 1, 1}, {{2}, 4, .2}, {{1, 2}, 2, .6}, {{3}, 0, .1}, {{0, 3}, 1.5, .9}};
    const std::vector<HubScore> straight = hubScores(nodes);
    const std::vector<HubScore> reversed = hubScores({nodes.rbegin(), nodes.rend()});
    for (size_t i = 0; i < nodes.size(); ++i) {
        EXPECT_NEAR(straight[i].score, reversed[nodes.size() - 1 - i].score, 1e-9);
        for (const double part : {straight[i].betweenness, straight[i].pageRank, straight[i].degree, straight[i].eigenvector,
                                  straight[i].replacement, straight[i].workload, straight[i].score}) {
            EXPECT_GE(part, 0);
            EXPECT_LE(part, 1 + 1e-9);
        }
    }
}

TEST(CalcHub, TheUnifiedIndexWeighsItsThreeParts) {
    EXPECT_NEAR(unifiedIndex(1, 1, 1), 1, 1e-12);
    EXPECT_NEAR(unifiedIndex(.5, .4, .2), .20 + .10 + .07, 1e-12);
    EXPECT_NEAR(burnoutSpread(40, .5), .25, 1e-12);
    EXPECT_NEAR(burnoutSpread(200, 1), 1, 1e-12);
}
