#include "core/programme/fallback/Loss.h"

#include "core/programme/Presence.h"
#include "core/programme/Utilization.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace core::programme::fallback {

using base::Json;
using std::chrono::days;

namespace {

constexpr double kCapacityLeft = 0.5, kIllShare = 0.30, kScoreSteps = 1e9;
constexpr days kStormDays{3};
constexpr std::array<std::string_view, 3> kLeaveThatCanWait{"vacation", "conference", "training"};

/// FNV-1a, finished as in MurmurHash3: the same on every machine.
uint64_t hashOf(const std::string& text) {
    uint64_t hash = 14695981039346656037ull;
    for (const char c : text)
        hash = (hash ^ uint64_t(static_cast<unsigned char>(c))) * 1099511628211ull;
    hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdull;
    hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53ull;
    return hash ^ (hash >> 33);
}

/// Works out who is away.
class LossModel {
  public:
    LossModel(const Programme& programme, const Vulnerable& vulnerable, base::Date from, base::Date to)
        : m_programme(programme), m_vulnerable(vulnerable), m_from(from), m_to(to) {
        m_loss.assumptions = Json::object();
    }

    Loss of(Scenario scenario) {
        switch (scenario) {
        case Scenario::SingleLoss: loseMostCritical(1); break;
        case Scenario::DoubleLoss: losePair(); break;
        case Scenario::PcsSeason: loseHalf(); break;
        case Scenario::HolidaySkeleton: m_loss.crew = Crew::Holiday; break;
        case Scenario::Pandemic: fallIll(); break;
        case Scenario::MassCasualty: recall(); break;
        case Scenario::Weather: storm(); break;
        }
        return finish();
    }

  private:
    const Person& personOf(int person) const { return m_programme.people[size_t(person)]; }
    bool isHere(int person) const {
        const Person& who = personOf(person);
        return who.activeFrom <= m_to && (!who.activeTo || *who.activeTo >= m_from) &&
               (who.status == PersonStatus::Active || who.status == PersonStatus::Onboarding);
    }
    void lose(int person) { m_loss.removals.push_back({person, m_from, m_to}); }

    void loseMostCritical(size_t count) {
        for (size_t i = 0; i < std::min(count, m_vulnerable.byCriticality.size()); ++i)
            lose(m_vulnerable.byCriticality[i]);
    }

    void losePair() {
        m_loss.assumptions["fatal_pair"] = m_vulnerable.worstPair.has_value();
        if (!m_vulnerable.worstPair)
            return loseMostCritical(2);
        lose(m_vulnerable.worstPair->first);
        lose(m_vulnerable.worstPair->second);
    }

    bool isLeaving(int person) const {
        const auto& last = personOf(person).activeTo;
        if (last && *last >= m_from && *last < m_to)
            return true;
        return std::any_of(m_programme.absences.begin(), m_programme.absences.end(), [&](const Absence& absence) {
            return absence.person == person && absence.blocks() && absence.type.starts_with("pcs") &&
                   absence.end >= m_from && absence.start <= m_to;
        });
    }

    std::vector<double> capacities() const {
        std::vector<double> sum(m_programme.people.size(), 0.0), ofDay;
        for (base::Date date = m_from; date <= m_to; date += days(1)) {
            capacityOn(m_programme, date, &ofDay);
            for (size_t p = 0; p < ofDay.size(); ++p)
                sum[p] += ofDay[p];
        }
        return sum;
    }

    /// Departures first, then the smallest posts.
    void loseHalf() {
        std::vector<int> order;
        for (size_t p = 0; p < m_programme.people.size(); ++p)
            if (personOf(int(p)).isFaculty() && isHere(int(p)))
                order.push_back(int(p));
        std::sort(order.begin(), order.end(), [this](int a, int b) {
            const auto rank = [this](int p) { return std::tuple(!isLeaving(p), personOf(p).fte, personOf(p).id); };
            return rank(a) < rank(b);
        });
        const std::vector<double> own = capacities();
        double all = 0;
        for (const int person : order)
            all += own[size_t(person)];
        double left = all;
        int departures = 0;
        for (const int person : order) {
            const bool leaves = isLeaving(person);
            if (!leaves && left <= kCapacityLeft * all)
                break;
            lose(person);
            left -= own[size_t(person)];
            departures += leaves ? 1 : 0;
        }
        m_loss.assumptions["departures"] = departures;
        m_loss.assumptions["capacity_left"] = all > 0 ? Json(std::round(1000 * left / all) / 1000) : Json();
    }

    void fallIll() {
        const std::string seed = base::formatDate(m_from);
        for (const PersonType type : {PersonType::Faculty, PersonType::Resident}) {
            std::vector<std::pair<uint64_t, std::string>> draws;
            std::map<std::string, int> byId;
            for (size_t p = 0; p < m_programme.people.size(); ++p)
                if (const Person& who = personOf(int(p)); who.type == type && isHere(int(p))) {
                    draws.emplace_back(hashOf(seed + "|" + who.id), who.id);
                    byId[who.id] = int(p);
                }
            std::sort(draws.begin(), draws.end());
            draws.resize(size_t(std::lround(kIllShare * double(draws.size()))));
            for (const auto& [hash, id] : draws)
                lose(byId[id]);
        }
        m_loss.assumptions["seed"] = seed;
        m_loss.assumptions["share_ill"] = kIllShare;
    }

    void recall() {
        for (const Absence& absence : m_programme.absences)
            if (absence.blocks() && absence.end >= m_from && absence.start <= m_to &&
                std::find(kLeaveThatCanWait.begin(), kLeaveThatCanWait.end(), absence.type) != kLeaveThatCanWait.end())
                m_loss.cancelledLeave.push_back(absence.id);
        std::sort(m_loss.cancelledLeave.begin(), m_loss.cancelledLeave.end());
        m_loss.assumptions["leave_cancelled"] = m_loss.cancelledLeave.size();
    }

    void storm() {
        for (size_t p = 0; p < m_programme.people.size(); ++p)
            if (personOf(int(p)).role == FacultyRole::Adjunct && isHere(int(p)))
                lose(int(p));
        for (const Assignment& a : m_programme.assignments)
            if (a.person >= 0 && a.rotation >= 0 && m_programme.rotations[size_t(a.rotation)].isOffsite &&
                isWork(m_programme, a))
                strand(a.person, a.date);
        m_loss.assumptions["hours"] = 24 * kStormDays.count();
    }

    void strand(int person, base::Date date) {
        const Removal stretch{person, std::max(date, m_from), std::min(date + kStormDays - days(1), m_to)};
        if (stretch.from <= stretch.to)
            m_loss.removals.push_back(stretch);
    }

    /// In order, stretches that touch as one, and on record.
    Loss finish() {
        auto& all = m_loss.removals;
        std::sort(all.begin(), all.end(), [this](const Removal& a, const Removal& b) {
            return std::tuple(personOf(a.person).id, a.person, a.from, a.to) <
                   std::tuple(personOf(b.person).id, b.person, b.from, b.to);
        });
        std::vector<Removal> merged;
        for (const Removal& next : all)
            if (!merged.empty() && merged.back().person == next.person && next.from <= merged.back().to + days(1))
                merged.back().to = std::max(merged.back().to, next.to);
            else
                merged.push_back(next);
        all = std::move(merged);
        Json lost = Json::array();
        for (const Removal& removal : all)
            lost.push_back({{"id", personOf(removal.person).id},
                            {"name", personOf(removal.person).name},
                            {"from", base::formatDate(removal.from)},
                            {"to", base::formatDate(removal.to)}});
        m_loss.assumptions["lost"] = std::move(lost);
        return std::move(m_loss);
    }

    const Programme& m_programme;
    const Vulnerable& m_vulnerable;
    const base::Date m_from, m_to;
    Loss m_loss;
};

} // namespace

Vulnerable vulnerableOf(const Programme& programme, const ContingencyReport& report) {
    Vulnerable vulnerable;
    vulnerable.criticality.assign(programme.people.size(), 0);
    for (const Criticality& one : report.criticality) {
        vulnerable.byCriticality.push_back(one.person);
        vulnerable.criticality[size_t(one.person)] = std::llround(one.score * kScoreSteps);
    }
    if (!report.fatalPairs.empty())
        vulnerable.worstPair = {report.fatalPairs.front().first, report.fatalPairs.front().second};
    return vulnerable;
}

Loss lossIn(Scenario scenario, const Programme& programme, const Vulnerable& vulnerable, base::Date from, base::Date to) {
    return LossModel(programme, vulnerable, from, to).of(scenario);
}

} // namespace core::programme::fallback
