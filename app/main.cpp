#include "app/ConsoleRun.h"
#include "app/cli/Arguments.h"
#include "app/cli/Session.h"

#include <iostream>
#include <sys/prctl.h>
#include <sys/stat.h>

namespace {

/// What the program writes is for its user alone, and its memory never lands in a core file.
void keepToOurselves() {
    ::umask(077);
#ifdef NDEBUG
    ::prctl(PR_SET_DUMPABLE, 0);
#endif
}

int runVerb(const app::cli::Invocation& invocation) {
    app::cli::Session session(invocation.common, std::cout, std::cerr);
    const auto outcome = invocation.verb(session);
    return int(outcome ? *outcome : session.fail(outcome.error()));
}

} // namespace

int main(int argc, char** argv) {
    keepToOurselves();
    const auto parsed = app::cli::parseArguments(argc, argv, std::cout, std::cerr);
    if (const auto* status = std::get_if<app::ExitStatus>(&parsed))
        return int(*status);
    const auto& invocation = std::get<app::cli::Invocation>(parsed);
    if (invocation.verb)
        return runVerb(invocation);
    return invocation.tour ? app::runTour(invocation, argc, argv) : app::runConsole(invocation, argc, argv);
}
