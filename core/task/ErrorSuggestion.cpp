#include "core/task/ErrorSuggestion.h"

#include <algorithm>
#include <array>

namespace core::task {

namespace {

struct Suggestion {
    std::string_view words; ///< in the error's type or message, in lower case
    std::string_view advice;
};

/// Types of the engine's own errors, which say for certain what happened.
constexpr std::array kByType{
    Suggestion{"softtimelimitexceeded", "Give the task less to do at once, or a longer limit if it is known to need one."},
    Suggestion{"timelimitexceeded", "The task did not stop by itself. Give it less to do at once; if it hangs, its log shows where."},
    Suggestion{"workerlost", "The worker process died. If it happens again with the same parameters, the task itself is the cause: "
                             "look for a crash or for memory in its log."},
    Suggestion{"poison", "The task killed three workers and is kept from running. Mend its cause before you retry it."},
    Suggestion{"expired", "It waited longer than it was worth. Look whether its queue is paused or too busy, then launch it again."},
    Suggestion{"invalidparams", "Correct the parameters and launch it again; retrying it as it is will not help."},
    Suggestion{"unknowntasktype", "This program does not know the task. Update it, or remove the schedule that starts it."},
    Suggestion{"outcometoolarge", "The result is larger than 8 MiB. Ask for a shorter period, or for a report in a file."},
    Suggestion{"invalidoutcome", "The task returned something that the engine refuses. This is an error of the task; report it."},
    Suggestion{"batchfailed", "See which items failed in the task's result; launch it again for those alone."},
    Suggestion{"rejected", "What the task wanted to write no longer fits the present state. Look at it, then launch the task again."},
    Suggestion{"conflict", "Somebody was faster. Look at the present state before you try again."},
};

constexpr std::array kByMessage{
    Suggestion{"no space left", "The disk is full. Free some space; waiting tasks go on by themselves."},
    Suggestion{"disk is full", "The disk is full. Free some space; waiting tasks go on by themselves."},
    Suggestion{"read-only file system", "The disk has become read-only, often after an error. Have it checked before you go on."},
    Suggestion{"permission denied", "The program may not read or write that place. Check who owns it."},
    Suggestion{"malformed", "A file or a database is damaged. Run `beatwarden doctor`, and restore a backup if it says so."},
    Suggestion{"database is locked", "The database was busy. It is tried again by itself; if it goes on, look for another program that holds it."},
    Suggestion{"busy", "Something was busy for the moment. It is tried again by itself while retries are left."},
    Suggestion{"connection refused", "The other side does not listen. Check its address and that it runs."},
    Suggestion{"could not resolve", "The name of the other side is not known. Check the address and the network."},
    Suggestion{"name or service not known", "The name of the other side is not known. Check the address and the network."},
    Suggestion{"timed out", "The other side did not answer in time. Try again later, and check the network if it goes on."},
    Suggestion{"certificate", "The other side's certificate is not trusted. Check its address, its date and its issuer."},
    Suggestion{"unauthorized", "The other side did not accept who we are. Check user, password or token."},
    Suggestion{"bad_alloc", "It ran out of memory. Give it less to do at once."},
    Suggestion{"no programme", "There is no programme yet. Create the sample or import yours."},
    Suggestion{"not found", "What it was asked about is not there (any more). Check the parameters."},
    Suggestion{"does not exist", "What it was asked about is not there (any more). Check the parameters."},
};

std::string lower(std::string_view text) {
    std::string result(text.substr(0, 4096));
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : char(c); });
    return result;
}

} // namespace

std::string errorSuggestion(std::string_view errorType, std::string_view message) {
    const std::string type = lower(errorType), words = lower(message);
    for (const Suggestion& known : kByType)
        if (type == known.words)
            return std::string(known.advice);
    for (const Suggestion& known : kByMessage)
        if (words.find(known.words) != std::string::npos || type.find(known.words) != std::string::npos)
            return std::string(known.advice);
    return "Look at the task's traceback and log: they show what it did last. Retry it if the cause may have passed.";
}

} // namespace core::task
