#pragma once

#include "core/broker/Broker.h"

#include <future>

namespace tests::conformance {

/// The verbs of a broker, waited for. Thread: any but the broker's own.
class Desk {
  public:
    using Moves = core::broker::Broker::Moves;
    using Ended = core::broker::Broker::Ended;
    using Claim = std::optional<core::broker::ClaimRequest>;
    using Instant = core::base::Instant;
    using TaskId = core::task::TaskId;
    template <class T>
    using Result = core::base::Result<T>;

    explicit Desk(core::broker::Broker& broker) : m_broker(broker) {}

    Result<Moves> enqueue(std::vector<core::broker::NewTask> tasks, Claim next = {}) {
        return ask<Moves>([&](auto then) { m_broker.enqueue(std::move(tasks), std::move(next), then); });
    }
    Result<Moves> claim(const core::broker::ClaimRequest& request) {
        return ask<Moves>([&](auto then) { m_broker.claim(request, then); });
    }
    Result<Ended> end(std::vector<core::broker::Ending> endings, Claim next = {}) {
        auto shared = std::make_shared<const std::vector<core::broker::Ending>>(std::move(endings));
        return ask<Ended>([&](auto then) { m_broker.end(shared, std::move(next), then); });
    }
    Result<Moves> cancel(const TaskId& id, Instant now) {
        return ask<Moves>([&](auto then) { m_broker.cancel(id, {"tester"}, now, then); });
    }
    Result<Moves> cancelMany(const std::vector<TaskId>& ids, Instant now) {
        return ask<Moves>([&](auto then) { m_broker.cancelMany(ids, {"tester"}, now, then); });
    }
    Result<Moves> reschedule(const TaskId& id, Instant eta, Instant now) {
        return ask<Moves>([&](auto then) { m_broker.reschedule(id, eta, {"tester"}, now, then); });
    }
    Result<Moves> stage(Instant now, int limit = 1000, int retries = 1000) {
        return ask<Moves>([&](auto then) { m_broker.stage(now, limit, retries, then); });
    }
    Result<Moves> shiftRetries(core::base::milliseconds by, Instant now) {
        return ask<Moves>([&](auto then) { m_broker.shiftRetries(by, now, then); });
    }
    Result<Moves> expire(Instant now, int limit = 1000) {
        return ask<Moves>([&](auto then) { m_broker.expire(now, limit, then); });
    }
    Result<Moves> purge(const std::string& queue, Instant now) {
        return ask<Moves>([&](auto then) { m_broker.purge(queue, {"tester"}, now, then); });
    }
    Result<core::broker::Paused> setPaused(const std::string& queue, core::broker::Paused paused, Instant now) {
        return ask<core::broker::Paused>(
            [&](auto then) { m_broker.setPaused(queue, paused, {"tester"}, now, then); });
    }
    Result<bool> renew(int64_t epoch, Instant now) {
        return ask<bool>([&](auto then) { m_broker.renew(epoch, now, then); });
    }

  private:
    template <class T, class Verb>
    static Result<T> ask(Verb verb) {
        std::promise<Result<T>> promise;
        auto answer = promise.get_future();
        verb([&promise](Result<T> result) { promise.set_value(std::move(result)); });
        return answer.get();
    }

    core::broker::Broker& m_broker;
};

} // namespace tests::conformance
