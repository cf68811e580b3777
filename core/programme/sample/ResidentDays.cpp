#include "core/programme/sample/Draft.h"

#include "core/programme/Catalogue.h"
#include "core/programme/Utilization.h"

#include <algorithm>
#include <climits>

namespace core::programme::sample {

using base::kFriday;
using base::kSaturday;
using base::kSunday;
using base::kThursday;
using base::kWednesday;

namespace {

constexpr int kClinicSlotsPerWeek = 9; ///< ten half-days but for the lecture
constexpr int kContinuityPerWeek = 2;  ///< clinic sessions of a resident on an elective

/// What one resident did lately, for rest and fairness.
struct Recent {
    int covers = 0;
    int lastCover = -100;
    int weekendNights = 0;
    int continuity = 0; ///< this week
    int special = 0;
    bool workedLastNight = false;
    int nightsFrom = -100;  ///< the Friday of the latest weekend of nights
    std::vector<char> free; ///< by day so far: a calendar day without duty, or away
};

/// Half-days of the residents: wards six days a week, nights from Sunday to Thursday, clinic and electives from Monday
/// to Friday, with days of rest after nights and others covering the wards' days off.
class ResidentDays {
  public:
    explicit ResidentDays(Draft& draft)
        : m_draft(draft), m_chance(draft.chance(Step::Residents)), m_recent(size_t(draft.residents)),
          m_slots(size_t(draft.residents)), m_clinic(draft.rotationNamed("C")), m_virtual(draft.rotationNamed("CV")),
          m_nights(draft.rotationNamed("NF")), m_recovery(draft.rotationNamed("PC")), m_off(draft.rotationNamed("OFF")),
          m_weekend(draft.rotationNamed("W")), m_holiday(draft.rotationNamed("HOL")) {}

    void run() {
        std::erase_if(m_draft.programme.assignments,
                      [&](const Assignment& row) { return row.person < m_draft.residents; });
        for (int day = 0; day < m_draft.dayCount(); ++day) {
            m_day = day;
            if (m_draft.weekday(day) == 0)
                for (Recent& recent : m_recent)
                    recent.continuity = 0;
            if (m_draft.weekday(day) == kFriday)
                chooseWeekendNights();
            for (int resident = 0; resident < m_draft.residents; ++resident)
                m_slots[size_t(resident)] = fixedSlots(resident);
            coverWards();
            coverNights();
            planOutpatient();
            write();
        }
    }

  private:
    using Slots = std::array<int, 2>;

    int rotation(int resident) const { return m_draft.rotationOf(resident, m_day); }
    bool intern(int resident) const { return m_draft.person(resident).pgy == 1; }
    /// On clinic or an elective: the ones who can be asked for something else.
    bool isFlexible(int resident) const {
        const Rotation& now = m_draft.rotation(rotation(resident));
        return now.type == RotationType::Outpatient && now.shedCategory >= 3;
    }
    bool isOnWeekendNights(int resident) const {
        const int since = m_day - m_recent[size_t(resident)].nightsFrom;
        return since >= 0 && since <= 3;
    }

    int leaveRotation(int resident, int half) const {
        switch (m_draft.away[size_t(resident)][size_t(2 * m_day + half)]) {
        case 'T':
            return m_draft.rotationNamed("TDY");
        case 'D':
            return m_draft.rotationNamed("DEP");
        case 'C':
            return m_draft.rotationNamed("CONF");
        case 'L':
            return m_draft.rotationNamed("LV");
        default:
            return kNone;
        }
    }

    /// What is settled before anybody is asked to cover: leave, wards, nights, rest, weekends, holidays.
    Slots fixedSlots(int resident) const {
        Slots slots = dutySlots(resident);
        for (const int half : {0, 1})
            if (const int leave = leaveRotation(resident, half); leave != kNone)
                slots[size_t(half)] = leave;
        return slots;
    }

    Slots dutySlots(int resident) const {
        const Recent& recent = m_recent[size_t(resident)];
        const int now = rotation(resident);
        const Rotation& kind = m_draft.rotation(now);
        if (isOnWeekendNights(resident))
            return weekendNightSlots(resident);
        if (kind.isNight)
            return nightSlots(now, recent);
        if (recent.workedLastNight)
            return {m_recovery, m_recovery};
        const int weekday = m_draft.weekday(m_day);
        if (kind.isInpatient()) {
            const int dayOff = intern(resident) ? kSaturday : kSunday;
            return weekday == dayOff ? Slots{m_weekend, m_weekend} : Slots{now, now};
        }
        if (weekday >= kSaturday)
            return {m_weekend, m_weekend};
        const double multiplier = m_draft.day(m_day).multiplier;
        if (multiplier <= 0 || (multiplier < 1 && (resident + m_day) % 2 != 0))
            return {m_holiday, m_holiday};
        return isFlexible(resident) ? Slots{kNone, kNone} : Slots{now, now};
    }

    /// Five nights a week, so that Saturday is a free calendar day.
    Slots nightSlots(int now, const Recent& recent) const {
        const int weekday = m_draft.weekday(m_day);
        const bool tonight = weekday != kFriday && weekday != kSaturday;
        return {recent.workedLastNight ? m_recovery : m_off, tonight ? now : m_off};
    }

    Slots weekendNightSlots(int resident) const {
        switch (m_day - m_recent[size_t(resident)].nightsFrom) {
        case 0:
            return {m_draft.day(m_day).multiplier <= 0 ? m_holiday : kNone, m_nights};
        case 1:
            return {m_recovery, m_nights};
        case 2:
            return {m_recovery, m_weekend};
        default:
            return {m_off, m_off};
        }
    }

    bool isHereThrough(int resident, int days) const {
        for (int day = m_day; day < m_day + days; ++day)
            if (m_draft.isAwayAllDay(resident, day))
                return false;
        return true;
    }

    /// Seniors on outpatient rotations take Friday and Saturday night and rest on Monday.
    void chooseWeekendNights() {
        int needed = 0;
        for (const Requirement& row : m_draft.programme.requirements)
            needed += row.rotation == m_nights ? row.minResidents : 0;
        for (; needed > 0; --needed) {
            const int best = fittest([&](int resident) {
                if (intern(resident) || !isFlexible(resident) || !isHereThrough(resident, 4) ||
                    isOnWeekendNights(resident) || m_recent[size_t(resident)].workedLastNight)
                    return INT_MAX;
                const Recent& recent = m_recent[size_t(resident)];
                return 20 * recent.weekendNights + 5 * recent.covers + (m_day - recent.lastCover < 9 ? 50 : 0) +
                       (hadFreeWeekend(resident) ? 0 : 300) + m_chance.below(5);
            });
            if (best == kNone)
                return;
            ++m_recent[size_t(best)].weekendNights;
            m_recent[size_t(best)].nightsFrom = m_day;
            m_recent[size_t(best)].lastCover = m_day + 1;
        }
    }

    /// One day in seven must be free, averaged over four weeks. A day off that moves to a later weekday leaves some
    /// window with three: so nobody gives up the only weekday that was free last weekend, and no senior the Sunday
    /// before a ward, whose day off is Sunday.
    bool spoilsRest(int resident) const {
        const int weekday = m_draft.weekday(m_day);
        if (weekday < kSaturday)
            return false;
        const bool wasFree = wasFreeOn(resident, m_day - 7);
        const bool otherWasFree = wasFreeOn(resident, weekday == kSaturday ? m_day - 6 : m_day - 8);
        if (wasFree && !otherWasFree)
            return true;
        return weekday == kSunday && !intern(resident) && m_day + 7 < m_draft.dayCount() &&
               m_draft.rotation(m_draft.rotationOf(resident, m_day + 7)).isInpatient();
    }

    bool wasFreeOn(int resident, int day) const { return day < 0 || m_recent[size_t(resident)].free[size_t(day)] != 0; }

    /// A weekend of nights takes both days: the last weekend must have been free.
    bool hadFreeWeekend(int resident) const { return wasFreeOn(resident, m_day - 6) && wasFreeOn(resident, m_day - 5); }

    template <class Cost>
    int fittest(Cost cost) const {
        int best = kNone, least = INT_MAX;
        for (int resident = 0; resident < m_draft.residents; ++resident)
            if (const int value = cost(resident); value < least) {
                least = value;
                best = resident;
            }
        return best;
    }

    /// Days off and illness on the wards are covered by residents from clinic and electives.
    void coverWards() {
        for (const Requirement& row : m_draft.programme.requirements) {
            const Rotation& ward = m_draft.rotation(row.rotation);
            if (row.half != Half::Am || !ward.isInpatient() || !appliesOn(row, m_draft.day(m_day)))
                continue;
            int present = 0, interns = 0;
            for (int resident = 0; resident < m_draft.residents; ++resident)
                if (m_slots[size_t(resident)] == Slots{row.rotation, row.rotation}) {
                    ++present;
                    interns += intern(resident);
                }
            for (; present < row.minResidents; ++present)
                if (const int cover = chooseCover(interns < row.maxPgy1.value_or(INT_MAX)); cover != kNone) {
                    m_slots[size_t(cover)] = {row.rotation, row.rotation};
                    interns += intern(cover);
                    ++m_recent[size_t(cover)].covers;
                    m_recent[size_t(cover)].lastCover = m_day;
                }
        }
    }

    /// A night float who is ill is covered by a senior, who rests the day after.
    void coverNights() {
        for (const Requirement& row : m_draft.programme.requirements) {
            if (row.half != Half::Night || !appliesOn(row, m_draft.day(m_day)))
                continue;
            int present = 0;
            for (const Slots& slots : m_slots)
                present += slots[1] == row.rotation;
            for (; present < row.minResidents; ++present)
                if (const int cover = chooseCover(false); cover != kNone) {
                    m_slots[size_t(cover)][1] = row.rotation;
                    ++m_recent[size_t(cover)].covers;
                    m_recent[size_t(cover)].lastCover = m_day;
                }
        }
    }

    int chooseCover(bool internsToo) {
        return fittest([&](int resident) {
            const Recent& recent = m_recent[size_t(resident)];
            const Slots slots = m_slots[size_t(resident)];
            const bool idle = slots == Slots{kNone, kNone} || slots == Slots{m_weekend, m_weekend} ||
                              slots == Slots{m_holiday, m_holiday};
            if (!idle || !isFlexible(resident) || isOnWeekendNights(resident) || recent.workedLastNight ||
                (intern(resident) && !internsToo))
                return INT_MAX;
            const int sinceLast = m_day - recent.lastCover;
            return 10 * recent.covers + 10 * recent.weekendNights +
                   (sinceLast < 3   ? 400
                    : sinceLast < 9 ? 60
                                    : 0) +
                   (spoilsRest(resident) ? 300 : 0) + m_chance.below(5);
        });
    }

    void planOutpatient() {
        if (m_draft.weekday(m_day) >= kSaturday || m_draft.day(m_day).multiplier <= 0)
            return;
        for (const int half : {0, 1}) {
            if (half == 1 && m_draft.weekday(m_day) == kWednesday) {
                assignRest(half, [&](int) { return m_draft.rotationNamed(isAdvisingDay() ? "ADV" : "LEC"); });
                continue;
            }
            assignSpecialClinics(half);
            assignClinic(half);
            assignRest(half, [&](int resident) {
                const int now = rotation(resident);
                return now == m_clinic ? m_virtual : now;
            });
        }
    }

    bool isAdvisingDay() const {
        return m_day + 7 >= m_draft.dayCount() || std::chrono::year_month_day{m_draft.date(m_day)}.month() !=
                                                      std::chrono::year_month_day{m_draft.date(m_day + 7)}.month();
    }

    template <class Choice>
    void assignRest(int half, Choice choice) {
        for (int resident = 0; resident < m_draft.residents; ++resident)
            if (int& slot = m_slots[size_t(resident)][size_t(half)]; slot == kNone)
                slot = choice(resident);
    }

    /// OB, procedure and sports clinics take one resident each, those on electives first.
    void assignSpecialClinics(int half) {
        for (const Requirement& row : m_draft.programme.requirements) {
            const bool special = !row.requiresSpecialty.empty() || row.requiresProcedureCredential;
            if (!special || int(row.half) != half || !appliesOn(row, m_draft.day(m_day)) ||
                (row.requiresSpecialty == "obstetrics" && m_draft.isAway(m_draft.obstetrician, m_day, half)))
                continue;
            const int best = fittest([&](int resident) {
                if (m_slots[size_t(resident)][size_t(half)] != kNone)
                    return INT_MAX;
                return 10 * m_recent[size_t(resident)].special + (rotation(resident) == m_clinic ? 15 : 0) +
                       m_chance.below(5);
            });
            if (best == kNone)
                continue;
            m_slots[size_t(best)][size_t(half)] = row.rotation;
            ++m_recent[size_t(best)].special;
        }
    }

    /// Attendings that this half-day is planned for, so that the week has `attendingPerWeek`.
    int plannedAttendings(int half) const {
        const int weekday = m_draft.weekday(m_day);
        const int slot = 2 * weekday + half - (weekday >= kThursday ? 1 : 0);
        const int perSlot = m_draft.attendingPerWeek / kClinicSlotsPerWeek;
        const int rest = m_draft.attendingPerWeek % kClinicSlotsPerWeek;
        return std::max(1, perSlot + (slot * 4 % kClinicSlotsPerWeek < rest ? 1 : 0));
    }

    /// Fills the continuity clinic up to what the planned attendings can supervise: residents on clinic first, then
    /// those on electives, each twice a week.
    void assignClinic(int half) {
        const int cap = kUnitsPerAttending * (m_draft.day(m_day).multiplier < 1 ? 1 : plannedAttendings(half));
        const int wanted = clinicResidents(m_draft.residents);
        std::vector<int> candidates;
        for (int resident = 0; resident < m_draft.residents; ++resident)
            if (m_slots[size_t(resident)][size_t(half)] == kNone)
                candidates.push_back(resident);
        m_chance.shuffle(candidates);
        const bool tight = cap <= wanted; // one unit each is all there is: seniors first
        std::stable_sort(candidates.begin(), candidates.end(),
                         [&](int a, int b) { return clinicOrder(a, tight) < clinicOrder(b, tight); });
        int units = 0, count = 0;
        for (const int resident : candidates) {
            const int own = supervisionUnits(m_draft.person(resident));
            const bool onClinic = rotation(resident) == m_clinic;
            const bool due = onClinic || m_recent[size_t(resident)].continuity < kContinuityPerWeek;
            if (count >= wanted && (!due || units + own > cap))
                continue;
            m_slots[size_t(resident)][size_t(half)] = m_clinic;
            units += own;
            ++count;
            m_recent[size_t(resident)].continuity += onClinic ? 0 : 1;
        }
    }

    int clinicOrder(int resident, bool tight) const {
        const bool onClinic = rotation(resident) == m_clinic;
        return (onClinic ? 0 : 10 + m_recent[size_t(resident)].continuity) + (tight && intern(resident) ? 100 : 0);
    }

    void write() {
        for (const Half half : {Half::Am, Half::Pm})
            for (int resident = 0; resident < m_draft.residents; ++resident)
                m_draft.programme.assignments.push_back({m_draft.date(m_day), half, resident,
                                                         m_slots[size_t(resident)][size_t(half)],
                                                         AssignmentRole::Primary, ""});
        for (int resident = 0; resident < m_draft.residents; ++resident) {
            Recent& recent = m_recent[size_t(resident)];
            const Slots slots = m_slots[size_t(resident)];
            const bool duty = m_draft.rotation(slots[0]).countsAsDuty || m_draft.rotation(slots[1]).countsAsDuty;
            recent.free.push_back(m_draft.isAwayAllDay(resident, m_day) || (!duty && !recent.workedLastNight));
            recent.workedLastNight = m_draft.rotation(slots[1]).isNight;
        }
    }

    Draft& m_draft;
    Random m_chance;
    std::vector<Recent> m_recent;
    std::vector<Slots> m_slots;
    int m_day = 0;
    const int m_clinic, m_virtual, m_nights, m_recovery, m_off, m_weekend, m_holiday;
};

} // namespace

void makeResidentDays(Draft& draft) {
    ResidentDays(draft).run();
}

} // namespace core::programme::sample
