#include "app/cli/FallbackCommands.h"
#include "app/cli/Grammar.h"

namespace app::cli {

namespace {

CLI::App& addDecision(Grammar& grammar, CLI::App& group, const char* name, const char* description, const char* example,
                      const std::shared_ptr<FallbackChoice>& choice,
                      Outcome (*run)(Session&, const FallbackChoice&)) {
    CLI::App& verb = grammar.verb(group, name, description, example, choice, run);
    verb.add_option("ID", choice->id, "An id, or a scenario such as 2_faculty_loss")->required();
    verb.add_option("--reason", choice->reason, "10 to 500 characters")->required();
    verb.add_option("--approved-by", choice->approvedBy, "Who approves")->required();
    verb.add_option("--seen", choice->seen, "The version that was seen; refused when it is another by now");
    return verb;
}

} // namespace

void addFallbackList(Grammar& grammar, CLI::App& programme) {
    grammar.verb(programme, "fallbacks", "Precomputed schedules for when people are lost",
                 "beatwarden programme fallbacks", std::make_shared<NoOptions>(),
                 [](Session& session, const NoOptions&) { return listFallbacks(session); });
}

void addFallback(Grammar& grammar) {
    CLI::App& group = grammar.group("fallback", "Precomputed schedules for when people are lost");
    auto look = std::make_shared<FallbackLook>();
    CLI::App& show = grammar.verb(group, "show", "One of them, with who takes over what and what stays open",
                                  "beatwarden fallback show 2_faculty_loss --day 2026-12-03", look, showFallback);
    show.add_option("ID", look->id, "An id, or a scenario such as 2_faculty_loss")->required();
    show.add_option("--day", look->day, "Only this day");
    auto on = std::make_shared<FallbackChoice>();
    addDecision(grammar, group, "activate", "Put it in force",
                "beatwarden fallback activate 2_faculty_loss --reason 'Two on sick leave until Friday' --approved-by 'Dr. "
                "Okafor'",
                on, activateFallback)
        .add_flag("--allow-stale", on->allowStale, "Although its days are over");
    addDecision(grammar, group, "deactivate", "Take it back",
                "beatwarden fallback deactivate 2_faculty_loss --reason 'Both are back' --approved-by 'Dr. Okafor'",
                std::make_shared<FallbackChoice>(), deactivateFallback);
}

} // namespace app::cli
