#include "core/worker/Executor.h"

#include "core/base/TypeName.h"
#include "core/worker/Confinement.h"

#include <cxxabi.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <typeinfo>

namespace core::worker {

using task::Outcome;
using task::Retryable;
using task::Verdict;

namespace {

constexpr int kMaxCauses = 16;
constexpr std::chrono::microseconds kShortRun{500};
constexpr int kShortRunsBetween = 64;

std::string shortened(std::string text) {
    if (text.size() > kMaxTextBytes)
        text.replace(kMaxTextBytes, std::string::npos, "… (cut)");
    return text;
}

/// One line for the exception and one for each that it wraps.
std::string causes(const std::exception& exception, int depth = 0) {
    std::string text = base::typeName(typeid(exception)) + ": " + shortened(exception.what()) + "\n";
    if (depth >= kMaxCauses)
        return text;
    try {
        std::rethrow_if_nested(exception);
    } catch (const std::exception& inner) {
        text += "caused by " + causes(inner, depth + 1);
    } catch (...) {
        text += "caused by something that is not an exception\n";
    }
    return text;
}

std::string traceback(const std::string& what, const AttemptContext& context) {
    std::string text = what + "in " + context.job().type + ", attempt " + std::to_string(context.attempt()) + "\n";
    const auto lines = context.lastLogLines();
    if (!lines.empty())
        text += "last log lines:\n";
    for (const auto& line : lines)
        text += "  " + line + "\n";
    return text;
}

Outcome thrown(const std::exception& exception, const AttemptContext& context) {
    Outcome outcome = Outcome::transientFailure(base::typeName(typeid(exception)), shortened(exception.what()));
    outcome.traceback = traceback(causes(exception), context);
    return outcome;
}

Outcome thrownOther(const AttemptContext& context) {
    const std::type_info* type = abi::__cxa_current_exception_type();
    const std::string name = type ? base::typeName(*type) : "unknown";
    Outcome outcome = Outcome::transientFailure(name, "the handler threw a value that is not an exception");
    outcome.traceback = traceback(name + "\n", context);
    return outcome;
}

Outcome softLimit(const AttemptContext& context) {
    const auto seconds = std::chrono::duration<double>(context.job().softLimit).count();
    std::string words = base::Json(seconds).dump();
    if (words.ends_with(".0"))
        words.resize(words.size() - 2);
    Outcome outcome =
        Outcome::permanentFailure("SoftTimeLimitExceeded", "stopped at the soft time limit of " + words + " s");
    outcome.traceback = traceback("SoftTimeLimitExceeded\n", context);
    return outcome;
}

/// Fills in the words that a careless handler left out.
Outcome withWords(Outcome outcome) {
    if (outcome.verdict == Verdict::Failure) {
        if (outcome.errorType.empty())
            outcome.errorType = "TaskFailed";
        if (outcome.errorMessage.empty())
            outcome.errorMessage = "the task failed without saying why";
    }
    return outcome;
}

/// What goes wrong here is said, and changes nothing about how the attempt ended.
void cleanUp(AttemptContext& context, std::optional<Outcome>& ending) {
    for (const std::string& problem : context.cleanUp()) {
        const std::string line = "cleaning up failed: " + shortened(problem);
        context.log(base::LogLevel::Warning, line);
        if (ending && ending->verdict == Verdict::Failure)
            ending->traceback += line + "\n";
    }
}

/// The frame of an ending (none: cancelled); a permanent failure instead of one that the engine would refuse.
std::string frameOf(AttemptContext& context, std::chrono::microseconds ran, const MemoryUse& memory,
                    std::optional<Outcome> ending) {
    OutcomeMessage message{context.key(), memory.resident, ran, std::move(ending), isWorn(memory), nullptr};
    if (!message.outcome)
        message.partial = context.takePartial();
    else if (message.outcome->verdict == Verdict::Failure && message.outcome->result.is_null())
        message.outcome->result = context.takePartial();
    auto bytes = encode(message);
    if (!bytes && !message.outcome)
        message.partial = nullptr; // too large to be kept
    else if (!bytes)
        message.outcome = Outcome::permanentFailure(
            "OutcomeTooLarge", bytes.error().message + ": the task must return less, or write a file");
    else if (const auto back = decodeOutcome(std::string_view(*bytes).substr(kFrameHeader)); !back)
        message.outcome = Outcome::permanentFailure("InvalidOutcome", back.error().message);
    else
        return std::move(*bytes);
    return encode(message).value();
}

} // namespace

Outcome Executor::attempt(AttemptContext& context) const {
    const auto type = m_registry.require(context.job().type);
    if (!type)
        return Outcome::permanentFailure("UnknownTaskType", type.error().message);
    const auto params = (*type)->parameters.validate(context.job().params);
    if (!params)
        return Outcome::permanentFailure("InvalidParams", params.error().message);
    return withWords((*type)->run(*params, context));
}

/// Asking for the memory costs more than the shortest attempts: after those it is asked for now and then only.
const MemoryUse& Executor::memoryAfter(std::chrono::microseconds ran) {
    if (m_memory.resident == 0 || ran > kShortRun || ++m_shortRuns >= kShortRunsBetween) {
        m_memory = memoryUse();
        m_shortRuns = 0;
    }
    return m_memory;
}

std::string Executor::execute(AttemptContext& context) {
    std::optional<Outcome> ending;
    try {
        ending = attempt(context);
    } catch (const task::Cancelled& cancelled) {
        if (!context.cancelRequested())
            ending = thrown(cancelled, context);
    } catch (const task::SoftTimeLimitExceeded&) {
        ending = softLimit(context);
    } catch (const std::exception& exception) {
        ending = thrown(exception, context);
    } catch (...) {
        ending = thrownOther(context);
    }
    cleanUp(context, ending);
    context.close();
    const auto ran = context.ran();
    return frameOf(context, ran, memoryAfter(ran), std::move(ending));
}

} // namespace core::worker
