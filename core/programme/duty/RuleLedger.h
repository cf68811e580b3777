#pragma once

#include "core/programme/duty/DutyDays.h"
#include "core/programme/duty/Finding.h"

#include <array>
#include <set>
#include <string>
#include <vector>

namespace core::programme::duty {

/// How often a rule was looked at, and what came of it.
struct RuleTally {
    Rule rule = Rule::H80;
    int checks = 0;    ///< evaluations actually made: windows, periods, rests, half-days at a place
    int failed = 0;    ///< of these, violations; 0 for a rule that is not binding
    int evaluated = 0; ///< people (SUP: half-days at a place) looked at
    int violating = 0; ///< of these with a violation; for a rule that is not binding: with a finding
};

/// Why a rule could not be judged for somebody.
struct NotEvaluated {
    Rule rule = Rule::H80;
    int person = -1;
    std::string reason; ///< `insufficient data: …`
};

enum class Verdict { Kept, Broken };

/// What the rules have found so far. Thread: one at a time.
class RuleLedger {
  public:
    /// One evaluation of a rule. `subject` is the person; SUP: any number that tells half-days apart.
    void check(Rule rule, int subject, Verdict verdict);
    void add(Finding finding);
    void cannotTell(Rule rule, int person, std::string reason);

    const std::vector<Finding>& findings() const { return m_findings; }
    std::vector<Finding> takeFindings() { return std::move(m_findings); }
    std::vector<NotEvaluated> takeNotEvaluated() { return std::move(m_notEvaluated); }
    std::vector<RuleTally> tallies() const;

  private:
    struct Counts {
        int checks = 0, failed = 0;
        std::set<int> evaluated, violating;
    };
    std::array<Counts, kRules> m_counts;
    std::vector<Finding> m_findings;
    std::vector<NotEvaluated> m_notEvaluated;
};

/// One resident before the rules. [from, to] are the days of the period in which they are in the programme, as
/// positions; the programme and all else outlive the case.
struct ResidentCase {
    const Programme& programme;
    const DutyPolicy& policy;
    const DutyDays& days;
    int from = 0, to = -1;

    const Person& person() const { return programme.people[size_t(days.person())]; }
    base::Date date(int day) const { return days.date(day); }
    /// A finding about this person with its windows filled in.
    Finding finding(Rule rule, const char* basis) const;
    Finding finding(Rule rule, const char* basis, int worstStart, int worstEnd) const;
};

/// The days [from, to] as they lead to a number: hours, what they were made of, and what was not work.
std::vector<WorkedDay> workedDays(const ResidentCase& resident, int from, int to);

/// One decimal: `83.1`.
std::string oneDecimal(double value);
/// The same, with two decimals where one would look like the limit that the value is beyond.
std::string oneDecimal(double value, double limit);
/// `2026-11-20 19:00`.
std::string formatMinute(LocalMinute minute);

} // namespace core::programme::duty
