#include "core/programme/duty/Finding.h"

#include "core/programme/Words.h"

namespace core::programme::duty {

namespace {

constexpr Word<Rule> kRuleWords[] = {
    {Rule::H80, "H80"}, {Rule::D1In7, "D1IN7"}, {Rule::C24, "C24"}, {Rule::R14, "R14"},   {Rule::R8, "R8"},
    {Rule::Q3, "Q3"},   {Rule::Moon, "MOON"},   {Rule::Sup, "SUP"}, {Rule::Wday, "WDAY"}, {Rule::Nf, "NF"}};

constexpr Word<Severity> kSeverities[] = {
    {Severity::Low, "LOW"}, {Severity::Medium, "MEDIUM"}, {Severity::High, "HIGH"}, {Severity::Critical, "CRITICAL"}};

} // namespace

const char* toText(Rule rule) {
    return wordOf(kRuleWords, rule);
}

std::optional<Rule> ruleFromText(std::string_view text) {
    return valueOf(kRuleWords, text);
}

bool isBinding(Rule rule) {
    return rule != Rule::R8 && rule != Rule::Nf;
}

const char* toText(Severity severity) {
    return wordOf(kSeverities, severity);
}

std::optional<Severity> severityFromText(std::string_view text) {
    return valueOf(kSeverities, text);
}

std::string keyOf(const Programme& programme, const Finding& finding) {
    const std::string person = finding.person < 0 ? std::string() : programme.people[size_t(finding.person)].id;
    return std::string(toText(finding.rule)) + "|" + person + "|" + finding.anchor + "|" + finding.basis;
}

} // namespace core::programme::duty
