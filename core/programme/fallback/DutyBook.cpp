#include "core/programme/fallback/DutyBook.h"

#include "core/programme/Substitutes.h"
#include "core/programme/Words.h"
#include "core/programme/duty/DutyDays.h"

#include <algorithm>

namespace core::programme::fallback {

using duty::DutyPeriod;
using std::chrono::minutes;

namespace {

constexpr double kWeeklyHalfDays = 12; ///< of 14: one whole day stays free
constexpr int kLastClinicalCategory = 3;

constexpr Word<Unfit> kUnfitWords[] = {{Unfit::Fit, "free"},
                                       {Unfit::Lost, "lost in this scenario"},
                                       {Unfit::NotHere, "not in the programme"},
                                       {Unfit::Adjunct, "adjunct, never called in"},
                                       {Unfit::NotQualified, "not qualified"},
                                       {Unfit::Absent, "absent"},
                                       {Unfit::Assigned, "assigned elsewhere"},
                                       {Unfit::ProtectedTime, "on protected time that stays"},
                                       {Unfit::DayOff, "on a day off"},
                                       {Unfit::PostCall, "after a night on duty"},
                                       {Unfit::DutyAfter, "on duty the day after"},
                                       {Unfit::WeeklyCap, "at the weekly cap of half-days"},
                                       {Unfit::Rest, "without enough rest"},
                                       {Unfit::EightyHours, "at the weekly limit of hours"},
                                       {Unfit::DaysOff, "without another day off"}};

duty::DutyPart partFor(const Programme& programme, const Stretch& stretch) {
    const base::Date date = programme.days[size_t(stretch.day)].date;
    const auto kind = stretch.half == Half::Night ? duty::DutyKind::Night : duty::DutyKind::HalfDay;
    return {stretch.start, stretch.end, kind, date, stretch.half, -1};
}

/// A period with its neighbours, after whatever lies close enough has become part of it.
struct Place {
    size_t first = 0, last = 0; ///< periods [first, last) become part of it
    DutyPeriod merged;
    bool overlaps = false;
};

Place placeOf(const std::vector<DutyPeriod>& periods, const duty::DutyPart& part, minutes gap) {
    Place place;
    place.last = size_t(std::partition_point(periods.begin(), periods.end(),
                                             [&](const DutyPeriod& one) { return one.start < part.start; }) -
                        periods.begin());
    place.first = place.last;
    place.merged = {part.start, part.end, {part}};
    if (place.first > 0) {
        const DutyPeriod& before = periods[place.first - 1];
        place.overlaps = before.end > part.start;
        if (part.start - before.end <= gap) {
            --place.first;
            place.merged.start = before.start;
            place.merged.parts.insert(place.merged.parts.begin(), before.parts.begin(), before.parts.end());
        }
    }
    if (place.last < periods.size()) {
        const DutyPeriod& after = periods[place.last];
        place.overlaps |= after.start < part.end;
        if (after.start - part.end <= gap) {
            ++place.last;
            place.merged.end = std::max(place.merged.end, after.end);
            place.merged.parts.insert(place.merged.parts.end(), after.parts.begin(), after.parts.end());
        }
    }
    return place;
}

bool hasRest(const DutyPeriod& before, const DutyPeriod& after, const duty::DutyPolicy& policy) {
    const minutes rest = after.start - before.end;
    if (before.end - before.start >= duty::wholeMinutes(policy.continuousHours))
        return rest >= duty::wholeMinutes(policy.restAfterContinuousHours);
    return rest >= duty::wholeMinutes(policy.restHours) || duty::isMealBreak(before, after);
}

} // namespace

const char* wordsOf(Unfit unfit) {
    return wordOf(kUnfitWords, unfit);
}

DutyBook::DutyBook(const Reduced& reduced, const Presence& presence, const duty::DutyPolicy& policy)
    : m_reduced(reduced), m_programme(reduced.programme), m_presence(presence), m_policy(policy),
      m_days(int(m_programme.days.size())), m_weekOffset(m_days > 0 ? base::isoWeekday(m_programme.first()) : 0),
      m_tied(m_programme.people.size() * size_t(m_days) * 3, uint8_t(Unfit::Fit)), m_records(m_programme.people.size()) {
    const duty::DutyReader reader(m_programme, presence, policy);
    for (size_t p = 0; p < m_records.size(); ++p) {
        Record& record = m_records[p];
        record.minutes.assign(size_t(m_days), 0);
        record.taken.assign(size_t(m_days), false);
        record.halfDays.assign(size_t(m_days + m_weekOffset) / 7 + 1, 0);
        duty::DutyTimes times = reader.of(int(p));
        for (DutyPeriod& period : times.periods) {
            count(record, period.start, period.end, int(p));
            if (!duty::isWorkFromHome(period))
                record.periods.push_back(std::move(period));
        }
        for (const duty::AtHomeCall& call : times.atHomeCall)
            for (const LocalMinute moment : {call.start, call.end - minutes(1)})
                if (const int day = m_presence.dayIndex(duty::dayOf(moment)); day >= 0)
                    record.taken[size_t(day)] = true;
    }
    for (const Assignment& assignment : m_programme.assignments)
        noteRow(assignment);
    for (const Call& call : m_programme.calls)
        if (call.person >= 0 && call.type != CallType::Backup && !m_programme.isAbsent(call.person, call.date, Half::Night))
            noteNight(call.person, int((call.date - m_programme.first()).count()));
}

/// The first of several reasons in the order of Unfit stays.
void DutyBook::tie(int person, int day, Half half, Unfit reason) {
    if (day < 0 || day >= m_days)
        return;
    uint8_t& tied = m_tied[cell(person, day, half)];
    if (tied == uint8_t(Unfit::Fit) || uint8_t(reason) < tied)
        tied = uint8_t(reason);
}

void DutyBook::tieDay(int person, int day, Unfit reason) {
    for (const Half half : {Half::Am, Half::Pm, Half::Night})
        tie(person, day, half, reason);
}

void DutyBook::noteNight(int person, int day) {
    tie(person, day, Half::Night, Unfit::Assigned);
    tieDay(person, day + 1, Unfit::PostCall);
}

void DutyBook::noteRow(const Assignment& a) {
    const int day = m_presence.dayIndex(a.date);
    if (day < 0 || a.person < 0 || a.role == AssignmentRole::Backup)
        return;
    if (endsFmitWeek(m_programme, a))
        tieDay(a.person, day + 1, Unfit::DayOff);
    if (m_presence.absent(a.person, day, a.half))
        return;
    if (!isWork(m_programme, a)) {
        if (!isProtectedRest(m_programme, a))
            return;
        tie(a.person, day, a.half, Unfit::DayOff);
        if (a.half == Half::Pm)
            tie(a.person, day, Half::Night, Unfit::DayOff);
        return;
    }
    const Rotation* rotation = a.rotation >= 0 ? &m_programme.rotations[size_t(a.rotation)] : nullptr;
    const bool keptTime = rotation && rotation->shedCategory > kLastClinicalCategory;
    tie(a.person, day, a.half, keptTime ? Unfit::ProtectedTime : Unfit::Assigned);
    if (rotation && rotation->isNight)
        noteNight(a.person, day);
    else
        ++m_records[size_t(a.person)].halfDays[size_t(weekOf(day))];
}

void DutyBook::count(Record& record, LocalMinute start, LocalMinute end, int person) const {
    while (start < end) {
        const base::Date date = duty::dayOf(start);
        const LocalMinute stop = std::min(end, duty::midnight(date + std::chrono::days(1)));
        if (const int day = m_presence.dayIndex(date); day >= 0) {
            record.taken[size_t(day)] = true;
            if (!m_presence.leaveDay(person, day))
                record.minutes[size_t(day)] += int((stop - start).count());
        }
        start = stop;
    }
}

bool DutyBook::worksIn(int person, int day, Half half) const {
    const auto tied = Unfit(m_tied[cell(person, day, half)]);
    return tied == Unfit::Assigned || tied == Unfit::ProtectedTime;
}

bool DutyBook::worksOn(int person, int day) const {
    return day < m_days && (worksIn(person, day, Half::Am) || worksIn(person, day, Half::Pm) ||
                            worksIn(person, day, Half::Night));
}

Unfit DutyBook::judge(int person, const Stretch& stretch) const {
    const Person& who = m_programme.people[size_t(person)];
    const int day = stretch.day;
    const bool absent = m_presence.absent(person, day, stretch.half);
    if (m_reduced.isLost(person, day))
        return Unfit::Lost;
    if (!absent && !m_presence.present(person, day, stretch.half))
        return Unfit::NotHere;
    if (who.isFaculty() && !who.isRegularFaculty())
        return Unfit::Adjunct;
    if (absent)
        return Unfit::Absent;
    if (const auto tied = Unfit(m_tied[cell(person, day, stretch.half)]); tied != Unfit::Fit)
        return tied;
    const Record& record = m_records[size_t(person)];
    if (stretch.half == Half::Night && worksOn(person, day + 1))
        return Unfit::DutyAfter;
    if (stretch.half != Half::Night && record.halfDays[size_t(weekOf(day))] + 1 > kWeeklyHalfDays * who.fte)
        return Unfit::WeeklyCap;
    if (!isRested(record, stretch))
        return Unfit::Rest;
    if (!keepsLimit(person, stretch))
        return Unfit::EightyHours;
    return who.isFaculty() || keepsDaysOff(person, stretch) ? Unfit::Fit : Unfit::DaysOff;
}

bool DutyBook::isRested(const Record& record, const Stretch& stretch) const {
    const auto& periods = record.periods;
    const Place place = placeOf(periods, partFor(m_programme, stretch), minutes(m_policy.mergeGapMinutes));
    if (place.overlaps || place.merged.end - place.merged.start > duty::wholeMinutes(m_policy.continuousHours))
        return false;
    if (place.first > 0 && !hasRest(periods[place.first - 1], place.merged, m_policy))
        return false;
    return place.last >= periods.size() || hasRest(place.merged, periods[place.last], m_policy);
}

std::pair<int, int> DutyBook::minutesOf(const Stretch& stretch) const {
    const LocalMinute night = duty::midnight(m_programme.days[size_t(stretch.day)].date + std::chrono::days(1));
    const auto today = std::min(stretch.end, night) - stretch.start;
    return {int(today.count()), int((stretch.end - stretch.start - today).count())};
}

/// Each week from Monday to Sunday, and each four weeks (or as many as the data hold) on average.
bool DutyBook::keepsLimit(int person, const Stretch& stretch) const {
    const Record& record = m_records[size_t(person)];
    const auto [today, tomorrow] = minutesOf(stretch);
    const auto with = [&, added = std::pair(today, tomorrow)](int day) {
        return record.minutes[size_t(day)] + (day == stretch.day ? added.first : 0) +
               (day == stretch.day + 1 ? added.second : 0);
    };
    const double limit = 60 * m_policy.h80Limit;
    const int last = std::min(stretch.day + (tomorrow > 0 ? 1 : 0), m_days - 1);
    for (int day = stretch.day; day <= last; ++day) {
        const int monday = 7 * weekOf(day) - m_weekOffset;
        double week = 0;
        for (int d = std::max(0, monday); d < std::min(monday + 7, m_days); ++d)
            week += with(d);
        if (week > limit)
            return false;
    }
    const int origin = std::max(0, int((m_programme.people[size_t(person)].activeFrom - m_programme.first()).count()));
    for (int end = stretch.day; end < std::min(last + duty::kWindowDays, m_days); ++end) {
        const int start = std::max(origin, end - duty::kWindowDays + 1);
        double sum = 0;
        int exposed = 0;
        for (int d = start; d <= end; ++d) {
            sum += with(d);
            exposed += m_presence.leaveDay(person, d) ? 0 : 1;
        }
        if (exposed >= duty::kLeastExposedDays && sum * 7 / exposed > limit)
            return false;
    }
    return true;
}

/// One free day for each seven that are no leave, in every four weeks that the stretch takes a free day of.
bool DutyBook::keepsDaysOff(int person, const Stretch& stretch) const {
    const Record& record = m_records[size_t(person)];
    const int last = std::min(stretch.day + (minutesOf(stretch).second > 0 ? 1 : 0), m_days - 1);
    const auto isFree = [&](int day) { return !record.taken[size_t(day)] && !m_presence.leaveDay(person, day); };
    if (!isFree(stretch.day) && !isFree(last))
        return true;
    const int origin = std::max(0, int((m_programme.people[size_t(person)].activeFrom - m_programme.first()).count()));
    for (int end = std::max(stretch.day, origin + duty::kWindowDays - 1);
         end < std::min(last + duty::kWindowDays, m_days); ++end) {
        int free = 0, exposed = 0;
        for (int d = end - duty::kWindowDays + 1; d <= end; ++d) {
            free += isFree(d) && (d < stretch.day || d > last) ? 1 : 0;
            exposed += m_presence.leaveDay(person, d) ? 0 : 1;
        }
        if (free < exposed / 7)
            return false;
    }
    return true;
}

void DutyBook::take(int person, const Stretch& stretch) {
    Record& record = m_records[size_t(person)];
    Place place = placeOf(record.periods, partFor(m_programme, stretch), minutes(m_policy.mergeGapMinutes));
    const auto first = record.periods.begin() + std::ptrdiff_t(place.first);
    record.periods.insert(record.periods.erase(first, record.periods.begin() + std::ptrdiff_t(place.last)),
                          std::move(place.merged));
    count(record, stretch.start, stretch.end, person);
    if (stretch.half == Half::Night) {
        noteNight(person, stretch.day);
        return;
    }
    tie(person, stretch.day, stretch.half, Unfit::Assigned);
    ++record.halfDays[size_t(weekOf(stretch.day))];
}

double DutyBook::weekHours(int person, int day) const {
    const Record& record = m_records[size_t(person)];
    const int monday = 7 * weekOf(day) - m_weekOffset;
    double sum = 0;
    for (int d = std::max(0, monday); d < std::min(monday + 7, m_days); ++d)
        sum += record.minutes[size_t(d)];
    return sum / 60;
}

} // namespace core::programme::fallback
