#include "app/cli/DutyCommands.h"
#include "app/cli/Grammar.h"

namespace app::cli {

namespace {

void addViolations(Grammar& grammar, CLI::App& group) {
    auto which = std::make_shared<ViolationList>();
    CLI::App& list = grammar.verb(group, "violations", "Violations of the duty rules, the most severe first",
                                  "beatwarden programme violations --status open --severity HIGH", which, listViolations);
    list.add_option("--status", which->status,
                    "open, acknowledged, overridden, resolved, all; several by commas; not resolved when absent");
    list.add_option("--person", which->person, "An id, or a part of a name");
    list.add_option("--rule", which->rule, "H80, D1IN7, C24, R14, R8, Q3, MOON, SUP, WDAY or NF");
    list.add_option("--severity", which->severity, "LOW, MEDIUM, HIGH or CRITICAL, and more severe");
    list.add_option("--from", which->from, "Whose windows reach this day or a later one");
    list.add_option("--to", which->to, "Whose windows begin on this day or before");
    list.add_option("--limit", which->limit, "How many, 1 to 5000; 200 when absent");
    list.add_option("--after", which->after, "The last id of the page before");
    addOneText(grammar, group, "violation", "One violation with the days it was worked out from",
               "beatwarden programme violation 12", "ID", showViolation);
    auto seen = std::make_shared<ViolationAnswer>();
    CLI::App& acknowledge = grammar.verb(group, "violation-acknowledge", "Say that a violation was seen",
                                         "beatwarden programme violation-acknowledge 12 --note 'call of the 14th moves'",
                                         seen, acknowledgeViolation);
    acknowledge.add_option("ID", seen->id)->required();
    acknowledge.add_option("--note", seen->note, "What will be done");
    auto excuse = std::make_shared<ViolationAnswer>();
    CLI::App& letStand = grammar.verb(
        group, "violation-override", "Let a violation stand for a while",
        "beatwarden programme violation-override 12 --reason-code approved_exception --reason 'Granted by the review "
        "committee on 3 March' --approved-by 'Dr Ada Ward'",
        excuse, overrideViolation);
    letStand.add_option("ID", excuse->id)->required();
    letStand.add_option("--reason-code", excuse->reasonCode,
                        "patient_care, approved_exception, emergency_coverage, disaster, data_error or other")
        ->required();
    letStand.add_option("--reason", excuse->reason, "20 to 1000 characters")->required();
    letStand.add_option("--approved-by", excuse->approvedBy,
                        "The programme director or an administrator; whoever runs the command when absent");
    letStand.add_option("--expires", excuse->expires, "A day with its end, or an ISO-8601 time; 28 days from now when absent");
}

void addDutyLimits(Grammar& grammar, CLI::App& group) {
    auto near = std::make_shared<NearLimitChoice>();
    grammar
        .verb(group, "near-limit", "Residents close to the weekly limit", "beatwarden programme near-limit --all", near,
              showNearLimit)
        .add_flag("--all", near->all, "Every resident");
    auto policy = std::make_shared<PolicyChoice>();
    CLI::App& limits = grammar.verb(group, "duty-policy", "The limits of the duty rules; changes them with --set",
                                    "beatwarden programme duty-policy --set h80_limit=88 --reason 'Granted until June'",
                                    policy, dutyPolicy);
    limits.add_option("--set", policy->settings, "NAME=VALUE; may be repeated")->allow_extra_args(false);
    limits.add_option("--reason", policy->reason, "Why, for the record");
}

} // namespace

void addDuty(Grammar& grammar, CLI::App& group) {
    addViolations(grammar, group);
    addDutyLimits(grammar, group);
}

} // namespace app::cli
