#include "tests/conformance/Story.h"

#include "tests/conformance/Desk.h"

#include <nlohmann/json.hpp>

namespace tests::conformance {

using core::base::Json;
using core::broker::Broker;
using core::broker::Move;
using core::task::TaskState;

namespace {

std::vector<Step> stepsOf(const Broker::Moves& moves) {
    std::vector<Step> steps;
    for (const Move& move : moves)
        steps.push_back({move.from, move.task.id.text, move.task.state, move.task.attempt, move.batch});
    return steps;
}

std::string wordOf(const core::base::Error& error) {
    return core::base::toText(error.code);
}

Answer answerOf(const core::base::Result<Broker::Moves>& moves) {
    return moves ? Answer{{}, stepsOf(*moves), 0, 0} : Answer{wordOf(moves.error()), {}, 0, 0};
}

template <class T>
Answer emptyAnswer(const core::base::Result<T>& result) {
    return {result ? std::string() : wordOf(result.error()), {}, 0, 0};
}

Answer takeOver(Broker& broker, const Action& action) {
    const auto epoch = broker.takeOwnership(action.now);
    if (!epoch)
        return {wordOf(epoch.error()), {}, 0, 0};
    Answer answer = answerOf(broker.rescue(
        *epoch, storyTypes(), [&](int64_t, int attempt, int64_t) { return attempt % 2 == action.begunParity; },
        action.now));
    answer.epoch = *epoch;
    return answer;
}

const char* nameOf(Action::Deed deed) {
    constexpr const char* kNames[] = {"enqueue", "claim", "end",   "cancel",  "cancel many", "reschedule", "stage",
                                      "expire",  "purge", "pause", "renew",   "take over",   "reopen",     "advance"};
    return kNames[size_t(deed)];
}

} // namespace

const std::map<std::string, core::task::Idempotent>& storyTypes() {
    static const std::map<std::string, core::task::Idempotent> types{{"test", core::task::Idempotent::Yes},
                                                                     {"once", core::task::Idempotent::No}};
    return types;
}

Answer perform(BrokerUnderTest& store, const Action& action) {
    using Deed = Action::Deed;
    Desk desk(store.broker());
    switch (action.deed) {
    case Deed::Enqueue: return answerOf(desk.enqueue(action.tasks, action.claim));
    case Deed::Claim: return answerOf(desk.claim(*action.claim));
    case Deed::End: {
        const auto ended = desk.end(action.endings, action.claim);
        return ended ? Answer{{}, stepsOf(ended->moves), ended->fenced, 0} : emptyAnswer(ended);
    }
    case Deed::Cancel: return answerOf(desk.cancel(action.ids.front(), action.now));
    case Deed::CancelMany: return answerOf(desk.cancelMany(action.ids, action.now));
    case Deed::Reschedule: return answerOf(desk.reschedule(action.ids.front(), action.eta, action.now));
    case Deed::Stage: return answerOf(desk.stage(action.now, action.limit, action.retries));
    case Deed::Expire: return answerOf(desk.expire(action.now, action.limit));
    case Deed::Purge: return answerOf(desk.purge(action.queue, action.now));
    case Deed::SetPaused: return emptyAnswer(desk.setPaused(action.queue, action.paused, action.now));
    case Deed::Renew: return emptyAnswer(desk.renew(action.epoch, action.now));
    case Deed::TakeOver: return takeOver(store.broker(), action);
    case Deed::Reopen: store.reopen(); return {};
    case Deed::Advance: return {};
    }
    return {};
}

std::string toLine(const Answer& answer) {
    Json steps = Json::array();
    for (const Step& step : answer.steps)
        steps.push_back({step.from ? int(*step.from) : -1, step.id, int(step.to), step.attempt, step.batch});
    return core::base::dumpJson({answer.error, answer.fenced, answer.epoch, steps});
}

Answer answerFrom(const std::string& line) {
    const Json json = Json::parse(line);
    Answer answer{json[0], {}, json[1], json[2]};
    for (const Json& step : json[3])
        answer.steps.push_back({step[0] < 0 ? std::nullopt : std::optional(TaskState(step[0].get<int>())), step[1],
                                TaskState(step[2].get<int>()), step[3], step[4]});
    return answer;
}

std::string describe(const std::vector<Step>& steps) {
    std::string text;
    for (const Step& step : steps) {
        text += "\n      " + step.id + ": " + (step.from ? core::task::toText(*step.from) : "new") + " -> " +
                core::task::toText(step.to) + ", attempt " + std::to_string(step.attempt);
        if (step.batch >= 0)
            text += ", batch " + std::to_string(step.batch);
    }
    return steps.empty() ? " nothing" : text;
}

std::string describe(const Action& action) {
    std::string text = nameOf(action.deed);
    text += " at " + core::base::formatInstant(action.now);
    for (const auto& one : action.tasks)
        text += "\n    new " + one.task.id.text + " " + one.task.queue + "/" + one.task.type + " priority " +
                std::to_string(one.task.priority) + (one.task.idempotencyKey.empty() ? "" : " key ") +
                one.task.idempotencyKey + (one.after.empty() ? "" : " after the one before");
    for (const auto& ending : action.endings)
        text += "\n    end " + ending.task.text + " attempt " + std::to_string(ending.attempt) + " kind " +
                std::to_string(int(ending.kind)) + " verdict " + std::to_string(int(ending.outcome.verdict)) +
                " epoch " + std::to_string(ending.epoch);
    for (const auto& id : action.ids)
        text += "\n    about " + id.text;
    if (action.claim) {
        text += "\n    claim " + std::to_string(action.claim->batches) + " epoch " + std::to_string(action.claim->epoch);
        for (const auto& [queue, room] : action.claim->queues)
            text += " " + queue + ":" + std::to_string(room);
        for (const auto& [type, room] : action.claim->types)
            text += " " + type + ":" + std::to_string(room.batches) + "x" + std::to_string(room.batchSize);
    }
    return text;
}

} // namespace tests::conformance
