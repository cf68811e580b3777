#include "tests/conformance/BrokerConformance.h"
#include "tests/conformance/Storyteller.h"

#include <rapidcheck/gtest.h>

namespace rc {

template <>
struct Arbitrary<tests::conformance::Verb> {
    static Gen<tests::conformance::Verb> arbitrary() {
        using tests::conformance::Verb;
        const auto number = gen::inRange<uint32_t>(0, 1u << 30);
        return gen::build<Verb>(gen::set(&Verb::kind, number), gen::set(&Verb::a, number), gen::set(&Verb::b, number),
                                gen::set(&Verb::c, number));
    }
};

} // namespace rc

namespace tests::conformance {

namespace {

/// What the store and the model disagree on; nothing when they tell the same story.
std::string disagreement(const BrokerKind& kind, const std::vector<Verb>& story) {
    const TemporaryFolder folder(TemporaryFolder::Storage::Memory);
    const auto store = kind.open(folder.path());
    StoreModel model;
    Action first;
    first.deed = Action::Deed::TakeOver;
    first.now = model.now();
    std::string told;
    const auto step = [&](const Action& action) {
        told += "\n  " + describe(action);
        const std::string wrong = model.accept(action, perform(*store, action));
        return wrong.empty() ? wrong : told + "\n  " + wrong;
    };
    if (std::string wrong = step(first); !wrong.empty())
        return wrong;
    for (const Verb& verb : story)
        if (std::string wrong = step(actionOf(verb, model)); !wrong.empty())
            return wrong;
    const std::string difference = model.compare(*store);
    return difference.empty() ? difference : told + "\n  at the end: " + difference;
}

/// A store and a model that went some way together, the store with pending tasks.
void goTogether(BrokerUnderTest& store, StoreModel& model, std::vector<Verb> story) {
    Action action;
    action.deed = Action::Deed::TakeOver;
    action.now = model.now();
    ASSERT_EQ(model.accept(action, perform(store, action)), "");
    for (const Verb& verb : story) {
        action = actionOf(verb, model);
        ASSERT_EQ(model.accept(action, perform(store, action)), "");
    }
}

} // namespace

TEST_P(BrokerConformance, WhateverIsDoneToItItStandsWhereTheModelStands) {
    rc::detail::checkGTest([&](const std::vector<Verb>& story) {
        const std::string wrong = disagreement(GetParam(), story);
        if (!wrong.empty())
            RC_FAIL(wrong);
    });
}

TEST_P(BrokerConformance, TheModelNoticesWhatHappensBehindItsBack) {
    int noticed = 0, tried = 0;
    StoreModel model;
    goTogether(*store, model, storyOf(1, 60));
    for (const std::string& id : model.ids()) {
        const StoreModel before = model;
        if (!desk().cancel({id}, model.now()))
            continue;
        ++tried;
        noticed += before.compare(*store).empty() ? 0 : 1;
        Action action;
        action.deed = Action::Deed::Cancel;
        action.now = model.now();
        action.ids = {{id}};
        model.follow(action, *store);
        ASSERT_EQ(model.compare(*store), "") << "told of it, it agrees";
    }
    EXPECT_GT(tried, 0);
    EXPECT_EQ(noticed, tried);
}

TEST_P(BrokerConformance, TheModelNoticesAnAnswerThatIsNotTrue) {
    StoreModel model;
    goTogether(*store, model, {});
    int noticed = 0, tried = 0;
    for (const Verb& verb : storyOf(2, 200)) {
        const Action action = actionOf(verb, model);
        const Answer answer = perform(*store, action);
        if (!answer.steps.empty()) {
            Answer silent = answer, wrong = answer, refused = answer;
            silent.steps.pop_back();
            wrong.steps.back().attempt += 1;
            refused.error = "conflict";
            for (const Answer& lie : {silent, wrong, refused}) {
                ++tried;
                noticed += StoreModel(model).accept(action, lie).empty() ? 0 : 1;
            }
        }
        ASSERT_EQ(model.accept(action, answer), "");
    }
    EXPECT_GT(tried, 100);
    EXPECT_GE(noticed, tried * 95 / 100) << "what it need not notice is a choice that was allowed";
}

TEST_P(BrokerConformance, LongStoriesAgreeToo) {
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        const std::string wrong = disagreement(GetParam(), storyOf(seed, 300));
        ASSERT_TRUE(wrong.empty()) << "seed " << seed << wrong;
    }
}

} // namespace tests::conformance
