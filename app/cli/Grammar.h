#pragma once

#include "app/cli/Session.h"

#include <CLI/CLI.hpp>

#include <functional>
#include <memory>
#include <string>

namespace app::cli {

using Verb = std::function<core::base::Result<ExitStatus>(Session&)>;

/// Adds one verb: its options live as long as its callback.
class Grammar {
  public:
    Grammar(CLI::App& app, Verb& chosen) : m_app(app), m_chosen(chosen) {}

    CLI::App& group(const std::string& name, const std::string& description) {
        CLI::App* group = m_app.add_subcommand(name, description);
        group->require_subcommand(1)->fallthrough();
        return *group;
    }

    template <class Options, class Run>
    CLI::App& verb(CLI::App& parent, const std::string& name, const std::string& description,
                   const std::string& example, std::shared_ptr<Options> options, Run run) {
        CLI::App* verb = parent.add_subcommand(name, description);
        verb->fallthrough()->footer("Example:\n  " + example);
        verb->callback([this, options, run] { m_chosen = [options, run](Session& session) { return run(session, *options); }; });
        return *verb;
    }

    CLI::App& app() { return m_app; }

  private:
    CLI::App& m_app;
    Verb& m_chosen;
};

struct NoOptions {};
struct OneText {
    std::string text;
};

template <class Run>
void addOneText(Grammar& grammar, CLI::App& group, const char* name, const char* description, const char* example,
                const char* argument, Run run) {
    auto options = std::make_shared<OneText>();
    grammar
        .verb(group, name, description, example, options,
              [run](Session& session, const OneText& given) { return run(session, given.text); })
        .add_option(argument, options->text)
        ->required();
}

/// The verbs of `beatwarden beat`.
void addBeat(Grammar& grammar);
/// Those of `beatwarden programme` that are about duty rules.
void addDuty(Grammar& grammar, CLI::App& group);
/// `beatwarden programme fallbacks`, and the verbs of `beatwarden fallback`.
void addFallbackList(Grammar& grammar, CLI::App& programme);
void addFallback(Grammar& grammar);

} // namespace app::cli
