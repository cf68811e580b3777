#include "core/programme/duty/Advice.h"

#include "core/base/Text.h"
#include "core/programme/duty/RuleLedger.h"

#include <algorithm>
#include <cctype>

namespace core::programme::duty {

namespace {

constexpr size_t kMostDaysNamed = 3;
constexpr size_t kMostAttendingsNamed = 3;
constexpr const char* kPast = "This is past: acknowledge it, or override it with a reason when it was allowed";

bool isScheduled(const DutyPart& part) {
    return part.kind == DutyKind::HalfDay || part.kind == DutyKind::Night || part.kind == DutyKind::Call;
}

/// No duty of another date reaches into the day.
bool isAlone(const DutyTimes& times, base::Date date) {
    for (const DutyPeriod& period : times.periods)
        for (const DutyPart& part : period.parts)
            if (part.date != date && part.end > midnight(date) && part.start < midnight(date + std::chrono::days(1)))
                return false;
    return true;
}

std::string sentence(const std::vector<std::string>& orders) {
    std::string text;
    for (const std::string& order : orders)
        text += (text.empty() ? "" : "; ") + order;
    if (!text.empty())
        text[0] = char(std::toupper(static_cast<unsigned char>(text[0])));
    return text;
}

} // namespace

/// All scheduled duty of one date, and who could take it.
struct Advice::Relief {
    base::Date date{};
    LocalMinute start{}, end{};
    double hours = 0;
    std::string duty{}; ///< `FMIT`, `C, call`
    std::optional<StandIn> standIn{};

    void add(const DutyPart& part, const std::string& name) {
        end = std::max(end, part.end);
        hours += double((part.end - part.start).count()) / 60;
        if (duty.find(name) == std::string::npos)
            duty += (duty.empty() ? "" : ", ") + name;
    }

    std::string text() const { return duty + " on " + base::formatDate(date) + " (" + oneDecimal(hours) + " h)"; }
};

std::vector<Advice::Relief> Advice::reliefs(const DutyDays& days, base::Date from, base::Date to, Wanted wanted) const {
    from = std::max(from, m_changeableFrom);
    std::vector<Relief> found;
    for (const DutyPeriod& period : days.times().periods)
        for (const DutyPart& part : period.parts) {
            const bool isMeant = wanted == Wanted::CallsOnly ? part.kind == DutyKind::Call : isScheduled(part);
            if (!isMeant || part.date < from || part.date > to || days.isLeave(days.dayAt(part.date)))
                continue;
            if (found.empty() || found.back().date != part.date)
                found.push_back({part.date, part.start, part.end});
            found.back().add(part, duty::nameOf(m_programme, part));
        }
    std::reverse(found.begin(), found.end());
    for (Relief& relief : found)
        relief.standIn = m_standIns.find(days.person(), relief.date, relief.start, relief.end);
    std::stable_partition(found.begin(), found.end(), [](const Relief& relief) { return bool(relief.standIn); });
    return found;
}

std::string Advice::nameOf(const StandIn& standIn) const {
    const Person& person = m_programme.people[size_t(standIn.person)];
    return person.name + " (" + (person.pgy > 0 ? "PGY-" + std::to_string(person.pgy) + ", " : "") +
           oneDecimal(standIn.average) + " h a week with it)";
}

std::string Advice::order(const std::string& person, const Relief& relief) const {
    return relief.standIn ? "give " + relief.text() + " to " + nameOf(*relief.standIn)
                          : "take " + relief.text() + " off " + person + ", though nobody is free for it";
}

std::string Advice::lessHours(const Finding& finding) const {
    const DutyDays* own = m_standIns.daysOf(finding.person);
    if (!own)
        return {};
    const int from = own->dayAt(finding.worstStart), to = own->dayAt(finding.worstEnd);
    const double allowed = finding.basis == "week" ? finding.limit : finding.limit * own->exposedDays(from, to) / 7;
    double excess = own->hours(from, to) - allowed;
    std::vector<std::string> orders;
    for (const Relief& relief : reliefs(*own, finding.worstStart, finding.worstEnd, Wanted::AllDuty)) {
        if (excess <= 0 || orders.size() == kMostDaysNamed)
            break;
        orders.push_back(order(nameOf(finding.person), relief));
        excess -= relief.hours;
    }
    if (excess > 0.05)
        orders.push_back(oneDecimal(excess) + (orders.empty() ? " h must go" : " h more must go"));
    return sentence(orders);
}

/// Days of the worst window on which giving away what begins leaves nothing else.
std::string Advice::freeDays(const Finding& finding, int days) const {
    const DutyDays* own = m_standIns.daysOf(finding.person);
    if (!own)
        return {};
    const std::vector<Relief> found = reliefs(*own, finding.worstStart, finding.worstEnd, Wanted::AllDuty);
    if (found.empty())
        return "No duty of this window can be given away any more";
    std::vector<std::string> orders;
    for (const Relief& relief : found)
        if (int(orders.size()) < days && isAlone(own->times(), relief.date))
            orders.push_back(order(nameOf(finding.person), relief));
    if (int(orders.size()) < days)
        orders.push_back("a night takes two calendar days: two nights in a row must go for a day off");
    return sentence(orders);
}

/// The day nearest to the middle of a streak, of those that somebody could take.
std::string Advice::breakUp(const Finding& finding) const {
    const DutyDays* own = m_standIns.daysOf(finding.person);
    if (!own)
        return {};
    const std::vector<Relief> found = reliefs(*own, finding.worstStart, finding.worstEnd, Wanted::AllDuty);
    const auto distance = [&](const Relief& relief) {
        const auto fromMiddle = 2 * (relief.date - finding.worstStart) - (finding.worstEnd - finding.worstStart);
        return std::pair(!relief.standIn, std::abs(fromMiddle.count()));
    };
    const auto best = std::min_element(found.begin(), found.end(),
                                       [&](const Relief& a, const Relief& b) { return distance(a) < distance(b); });
    return best == found.end() ? std::string() : sentence({order(nameOf(finding.person), *best)});
}

std::string Advice::clearDayOfRecovery(const Finding& finding) const {
    const DutyDays* own = m_standIns.daysOf(finding.person);
    if (!own)
        return {};
    std::vector<std::string> orders;
    for (const Relief& relief : reliefs(*own, finding.worstEnd, finding.worstEnd, Wanted::AllDuty))
        orders.push_back(order(nameOf(finding.person), relief));
    return orders.empty() ? "Let " + nameOf(finding.person) + " rest on " + base::formatDate(finding.worstEnd)
                          : sentence(orders);
}

std::string Advice::endSooner(const Finding& finding) const {
    std::string text = "Let the duty end at " + formatMinute(*finding.at);
    if (const DutyDays* own = m_standIns.daysOf(finding.person))
        for (const DutyPeriod& period : own->times().periods)
            if (period.start < *finding.at && period.end > *finding.at)
                if (const auto standIn = m_standIns.find(finding.person, dayOf(*finding.at), *finding.at, period.end))
                    text += "; " + nameOf(*standIn) + " is free to go on";
    if (m_policy.handoffHours > 0)
        text += "; up to " + oneDecimal(m_policy.handoffHours) +
                " h of transition may follow when they are recorded as handoff";
    return text;
}

std::string Advice::beginLater(const Finding& finding) const {
    const LocalMinute earliest = *finding.at + wholeMinutes(finding.limit - finding.value);
    std::string text = "Let the duty that begins at " + formatMinute(*finding.at) + " begin at " +
                       formatMinute(earliest) + " or later";
    if (const DutyDays* own = m_standIns.daysOf(finding.person))
        for (const DutyPeriod& period : own->times().periods)
            if (period.start == *finding.at)
                if (const auto standIn = m_standIns.find(finding.person, dayOf(period.start), period.start, period.end))
                    text += ", or give it to " + nameOf(*standIn);
    return text;
}

std::string Advice::fewerCalls(const Finding& finding) const {
    const DutyDays* own = m_standIns.daysOf(finding.person);
    if (!own)
        return {};
    std::vector<std::string> orders;
    const auto excess = int(finding.value - finding.limit);
    for (const Relief& relief : reliefs(*own, finding.worstStart, finding.worstEnd, Wanted::CallsOnly))
        if (int(orders.size()) < excess)
            orders.push_back(order(nameOf(finding.person), relief));
    return sentence(orders);
}

std::string Advice::lessMoonlighting(const Finding& finding) const {
    if (finding.basis == "pgy1")
        return "PGY-1 residents may not moonlight: let " + nameOf(finding.person) +
               " stop, or correct the rows if they are wrong";
    return "Let " + nameOf(finding.person) + " moonlight " + oneDecimal(finding.value - finding.limit) +
           " h less between " + base::formatDate(finding.worstStart) + " and " + base::formatDate(finding.worstEnd);
}

std::string Advice::moreAttendings(const Finding& finding) const {
    const std::string place = m_programme.rotations[size_t(finding.place->rotation)].abbreviation;
    const auto deficit = int(finding.limit - finding.value);
    const std::vector<int> free =
        m_standIns.freeAttendings(finding.worstStart, finding.place->half, finding.place->rotation);
    if (free.empty())
        return "No qualified attending is free: move residents of " + place + " to another half-day until " +
               base::counted(int(finding.value), "attending is", "attendings are") + " enough";
    std::string names;
    for (size_t i = 0; i < std::min(kMostAttendingsNamed, free.size()); ++i)
        names += (i ? ", " : "") + nameOf(free[i]);
    return "Assign " + base::counted(deficit, "more attending", "more attendings") + " to " + place + " on " +
           base::formatDate(finding.worstStart) + " " + toText(finding.place->half) + "; free and qualified: " + names +
           (free.size() > kMostAttendingsNamed ? " and others" : "") +
           (int(free.size()) < deficit ? "; that is not enough, so move residents to another half-day" : "");
}

std::string Advice::whatToDo(const Finding& finding) const {
    switch (finding.rule) {
    case Rule::H80:
        return lessHours(finding);
    case Rule::D1In7:
        return freeDays(finding, int(finding.limit - finding.value));
    case Rule::Wday:
        return breakUp(finding);
    case Rule::Nf:
        return finding.basis == "streak" ? breakUp(finding) : clearDayOfRecovery(finding);
    case Rule::C24:
        return isPast(*finding.at) ? kPast : endSooner(finding);
    case Rule::R14:
    case Rule::R8:
        return isPast(*finding.at) ? kPast : beginLater(finding);
    case Rule::Q3:
        return fewerCalls(finding);
    case Rule::Moon:
        return lessMoonlighting(finding);
    case Rule::Sup:
        return moreAttendings(finding);
    }
    return {};
}

std::string Advice::forFinding(const Finding& finding) const {
    if (finding.worstEnd < m_changeableFrom)
        return kPast;
    return whatToDo(finding);
}

} // namespace core::programme::duty
