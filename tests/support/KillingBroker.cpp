#include "tests/support/KillingBroker.h"

#include <csignal>
#include <unistd.h>

namespace tests {

using namespace core;
using base::Instant;
using base::Result;
using broker::ClaimRequest;
using broker::Requester;

void die() {
    ::kill(::getpid(), SIGKILL);
    for (;;)
        ::pause();
}

KillingBroker::KillingBroker(std::unique_ptr<Broker> real, CrashPoint point, std::function<void()> ending)
    : m_real(std::move(real)), m_point(point), m_ending(std::move(ending)) {}

void KillingBroker::reached(CrashPoint point) const {
    if (point == m_point)
        die();
}

template <class T>
broker::Broker::Then<T> KillingBroker::dyingAt(CrashPoint point, Then<T> then) const {
    return [this, point, then = std::move(then)](Result<T> answer) {
        if (answer)
            reached(point);
        then(std::move(answer));
    };
}

void KillingBroker::enqueue(std::vector<broker::NewTask> tasks, std::optional<ClaimRequest> next, Then<Moves> then) {
    reached(CrashPoint::BeforeEnqueue);
    m_real->enqueue(std::move(tasks), std::move(next), dyingAt(CrashPoint::AfterEnqueue, std::move(then)));
}

void KillingBroker::end(std::shared_ptr<const std::vector<broker::Ending>> endings, std::optional<ClaimRequest> next,
                        Then<Ended> then) {
    reached(CrashPoint::BeforeEnd);
    m_ending();
    m_real->end(std::move(endings), std::move(next), dyingAt(CrashPoint::AfterEnd, std::move(then)));
}

void KillingBroker::cancel(task::TaskId id, Requester requester, Instant now, Then<Moves> then) {
    m_real->cancel(std::move(id), std::move(requester), now, dyingAt(CrashPoint::AfterCancel, std::move(then)));
}

Result<int64_t> KillingBroker::takeOwnership(Instant now) {
    return m_real->takeOwnership(now);
}

void KillingBroker::renew(int64_t epoch, Instant now, Then<bool> then) {
    m_real->renew(epoch, now, std::move(then));
}

Result<broker::Broker::Moves> KillingBroker::rescue(int64_t epoch, const std::map<std::string, task::Idempotent>& types,
                                                    const broker::MayHaveBegun& mayHaveBegun, Instant now) {
    return m_real->rescue(epoch, types, mayHaveBegun, now);
}

void KillingBroker::claim(ClaimRequest request, Then<Moves> then) {
    m_real->claim(std::move(request), std::move(then));
}

void KillingBroker::cancelMany(std::vector<task::TaskId> ids, Requester requester, Instant now, Then<Moves> then) {
    m_real->cancelMany(std::move(ids), std::move(requester), now, std::move(then));
}

void KillingBroker::reschedule(task::TaskId id, Instant eta, Requester requester, Instant now, Then<Moves> then) {
    m_real->reschedule(std::move(id), eta, std::move(requester), now, std::move(then));
}

void KillingBroker::stage(Instant now, int limit, int retries, Then<Moves> then) {
    m_real->stage(now, limit, retries, std::move(then));
}

void KillingBroker::shiftRetries(core::base::milliseconds by, Instant now, Then<Moves> then) {
    m_real->shiftRetries(by, now, std::move(then));
}

void KillingBroker::expire(Instant now, int limit, Then<Moves> then) {
    m_real->expire(now, limit, std::move(then));
}

void KillingBroker::purge(std::string queue, Requester requester, Instant now, Then<Moves> then) {
    m_real->purge(std::move(queue), std::move(requester), now, std::move(then));
}

void KillingBroker::setPaused(std::string queue, broker::Paused paused, Requester requester, Instant now,
                              Then<broker::Paused> then) {
    m_real->setPaused(std::move(queue), paused, std::move(requester), now, std::move(then));
}

Result<std::optional<Instant>> KillingBroker::nextDue() const {
    return m_real->nextDue();
}

Result<std::optional<Instant>> KillingBroker::nextExpiry() const {
    return m_real->nextExpiry();
}

} // namespace tests
