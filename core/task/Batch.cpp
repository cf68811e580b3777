#include "core/task/Batch.h"

#include "core/base/TypeName.h"

namespace core::task {

using base::Json;

namespace {

/// What the items came to so far.
class Collected {
  public:
    explicit Collected(size_t total) : m_total(total) {}

    void add(size_t index, const Json& item, Outcome outcome) {
        if (outcome.verdict == Verdict::Failure) {
            m_permanent = m_permanent || outcome.retryable == Retryable::No;
            m_failures.push_back({{"index", index}, {"item", item}, {"type", outcome.errorType},
                                  {"message", outcome.errorMessage}});
            return;
        }
        ++m_succeeded;
        m_results.push_back(std::move(outcome.result));
        move(outcome.changes.changes, m_together.changes.changes);
        move(outcome.changes.audit, m_together.changes.audit);
        // Follow-ups that wait for others count from the beginning of their own outcome.
        for (FollowUp& next : outcome.followUps)
            for (size_t& position : next.after)
                position += m_together.followUps.size();
        move(outcome.followUps, m_together.followUps);
        move(outcome.outbox, m_together.outbox);
    }

    Json body() const {
        return {{"total", m_total},        {"succeeded", m_succeeded}, {"failed", m_failures.size()},
                {"results", m_results},    {"failures", m_failures}};
    }

    Outcome outcome(const BatchOptions& options) && {
        m_together.result = body();
        if (m_failures.empty() || (options.failedItems == FailedItems::Reported && m_succeeded > 0))
            return std::move(m_together);
        const std::string message = std::to_string(m_failures.size()) + " of " + std::to_string(m_total) + " " +
                                    options.noun + "s failed; the first: " +
                                    m_failures.front()["message"].get<std::string>();
        Outcome failure = Outcome::permanentFailure("BatchFailed", message, std::move(m_together.result));
        failure.retryable = m_permanent ? Retryable::No : Retryable::Yes;
        return failure;
    }

  private:
    template <class T>
    static void move(std::vector<T>& from, std::vector<T>& to) {
        to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    }

    const size_t m_total;
    size_t m_succeeded = 0;
    bool m_permanent = false;
    Json m_results = Json::array(), m_failures = Json::array();
    Outcome m_together;
};

/// What one item comes to; a cancel and the soft limit are the whole batch's.
Outcome runItem(const Json& item, TaskContext& context, const BatchItem& each) {
    try {
        return each(item, context);
    } catch (const Cancelled&) {
        throw;
    } catch (const SoftTimeLimitExceeded&) {
        throw;
    } catch (const std::exception& exception) {
        return Outcome::transientFailure(base::typeName(typeid(exception)), exception.what());
    } catch (...) {
        return Outcome::transientFailure("unknown", "the item threw a value that is not an exception");
    }
}

} // namespace

Outcome runBatch(TaskContext& context, const std::vector<Json>& items, const BatchItem& each,
                 const BatchOptions& options) {
    Collected collected(items.size());
    try {
        for (size_t i = 0; i < items.size(); ++i) {
            context.checkCancelled();
            const double share = 100.0 / double(items.size());
            const std::string text =
                "Processing " + options.noun + " " + std::to_string(i + 1) + " of " + std::to_string(items.size());
            ProgressScope scope(context, double(i) * share, double(i + 1) * share, text,
                                {{"current", i + 1}, {"total", items.size()}});
            scope.progress(0, {});
            collected.add(i, items[i], runItem(items[i], scope, each));
        }
    } catch (...) { // the batch is told to stop
        context.partialResult(collected.body());
        throw;
    }
    return std::move(collected).outcome(options);
}

} // namespace core::task
