#include "tests/conformance/BrokerConformance.h"
#include "tests/conformance/Teller.h"
#include "tests/support/Campaign.h"
#include "tests/support/Dice.h"

namespace tests::conformance {

namespace {

/// What was wrong with the store that a killed process left; nothing when all that it acknowledged is there, and of what
/// it was doing either all or nothing, and life goes on.
std::string faultAfterKill(const BrokerKind& kind, uint64_t seed, int& finished) {
    const TemporaryFolder folder(TemporaryFolder::Storage::Memory);
    Dice dice(seed);
    const Telling telling{kind.name, folder.path(), seed, size_t(dice.between(0, 60)), dice.between(0, 3000)};
    const auto answers = tellAndDie(telling);
    if (answers.size() != telling.heard + 1)
        return "it said " + std::to_string(answers.size()) + " answers instead of " + std::to_string(telling.heard + 1);
    StoreModel model;
    Action action;
    action.deed = Action::Deed::TakeOver;
    action.now = model.now();
    const auto story = storyOf(seed, telling.heard + 1);
    for (size_t i = 0; i < answers.size(); ++i) {
        if (std::string wrong = model.accept(action, answers[i]); !wrong.empty())
            return wrong;
        action = actionOf(story[i], model);
    }
    const auto store = kind.open(folder.path());
    if (!model.compare(*store).empty()) {
        ++finished;
        model.follow(action, *store);
        if (std::string difference = model.compare(*store); !difference.empty())
            return "killed in: " + describe(action) + "\n  " + difference;
    }
    action = {};
    action.deed = Action::Deed::TakeOver;
    action.now = model.now();
    if (std::string wrong = model.accept(action, perform(*store, action)); !wrong.empty())
        return "taking over: " + wrong;
    for (const Verb& verb : storyOf(~seed, 30)) {
        action = actionOf(verb, model);
        if (std::string wrong = model.accept(action, perform(*store, action)); !wrong.empty())
            return "afterwards: " + describe(action) + "\n  " + wrong;
    }
    return model.compare(*store);
}

} // namespace

TEST_P(BrokerConformance, WhereverItIsKilledItKeepsWhatItAcknowledgedAndNothingByHalves) {
    const Campaign campaign("conformance: kills of " + GetParam().name, 25, 3000);
    int finished = 0;
    for (int round = 0; round < campaign.rounds(); ++round) {
        const std::string fault = faultAfterKill(GetParam(), campaign.seedOf(round), finished);
        ASSERT_TRUE(fault.empty()) << "seed " << campaign.seedOf(round) << ": " << fault;
    }
    campaign.report(std::to_string(campaign.rounds()) + " kills, " + std::to_string(finished) +
                    " of them after the commit of what was being done; nothing lost");
    EXPECT_GT(finished, 0) << "no kill came late enough to mean anything";
    EXPECT_LT(finished, campaign.rounds()) << "no kill came early enough to mean anything";
}

} // namespace tests::conformance
