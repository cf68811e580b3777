#include "core/programme/fallback/Record.h"

#include "core/programme/OrNull.h"

#include <algorithm>
#include <map>

namespace core::programme::fallback {

using base::Json;

namespace {

constexpr size_t kGapColumns = 6, kDutyColumns = 5;

std::string abbreviationOf(const Programme& programme, int rotation) {
    return rotation < 0 ? std::string() : programme.rotations[size_t(rotation)].abbreviation;
}

/// Positions of texts, in the order in which they come.
class Positions {
  public:
    size_t of(const std::string& text) {
        const auto [found, isNew] = m_positions.try_emplace(text, m_positions.size());
        return found->second;
    }
    size_t count() const { return m_positions.size(); }

  private:
    std::map<std::string, size_t> m_positions;
};

bool isDutyRow(const Json& row) {
    const auto isTextOrNull = [](const Json& value) { return value.is_string() || value.is_null(); };
    return row.is_array() && row.size() == kDutyColumns && row[0].is_number_integer() && row[1].is_number_integer() &&
           row[1].get<int>() >= 0 && row[1].get<int>() < 3 && isTextOrNull(row[2]) && row[3].is_string() &&
           isTextOrNull(row[4]);
}

bool isGapRow(const Json& row, size_t services, size_t reasons) {
    if (!row.is_array() || row.size() != kGapColumns || !row[3].is_string() || !row[4].is_number())
        return false;
    for (const size_t column : {0u, 1u, 2u, 5u})
        if (!row[column].is_number_integer())
            return false;
    const auto in = [](const Json& value, size_t count) {
        return value.get<int64_t>() >= 0 && value.get<int64_t>() < int64_t(count);
    };
    return in(row[1], 3) && in(row[2], services) && in(row[5], reasons);
}

} // namespace

std::map<std::string, Json> takeoversRecord(const Programme& published, const Plan& plan) {
    std::map<std::string, Json> byPerson;
    for (const Takeover& takeover : plan.takeovers)
        byPerson[published.people[size_t(takeover.person)].id].push_back(
            {takeover.when.date.time_since_epoch().count(), int(takeover.when.half),
             orNull(abbreviationOf(published, takeover.rotation)),
             published.requirements[size_t(takeover.requirement)].service,
             orNull(abbreviationOf(published, takeover.replaces))});
    return byPerson;
}

std::vector<FallbackDuty> dutiesOfRecord(const Json& record) {
    std::vector<FallbackDuty> duties;
    for (const Json& row : record) {
        if (!isDutyRow(row))
            continue;
        FallbackDuty duty;
        duty.when = {base::Date(std::chrono::days(row[0].get<int>())), Half(row[1].get<int>())};
        duty.call = row[2].is_null();
        duty.rotation = duty.call ? std::string() : row[2].get<std::string>();
        duty.service = row[3].get<std::string>();
        duty.replaces = row[4].is_null() ? std::string() : row[4].get<std::string>();
        duties.push_back(std::move(duty));
    }
    return duties;
}

Json gapsRecord(const Programme& published, const Plan& plan) {
    Json record = {{"reasons", Json::array()}, {"services", Json::array()}, {"rows", Json::array()}};
    Positions reasons, services;
    for (const Shortage& gap : plan.shortages) {
        const Requirement& requirement = published.requirements[size_t(gap.requirement)];
        const size_t service = services.of(requirement.service + "|" + std::to_string(requirement.shedCategory));
        if (record["services"].size() < services.count())
            record["services"].push_back({requirement.service, requirement.shedCategory});
        const size_t reason = reasons.of(gap.reason);
        if (record["reasons"].size() < reasons.count())
            record["reasons"].push_back(gap.reason);
        record["rows"].push_back({gap.when.date.time_since_epoch().count(), int(gap.when.half), service,
                                  toText(gap.role), gap.missing, reason});
    }
    return record;
}

std::vector<FallbackGap> gapsOfRecord(const Json& record) {
    std::vector<FallbackGap> gaps;
    if (!record.is_object() || !record.contains("rows") || !record.contains("services") || !record.contains("reasons"))
        return gaps;
    const Json& services = record["services"];
    const Json& reasons = record["reasons"];
    for (const Json& row : record["rows"]) {
        if (!isGapRow(row, services.size(), reasons.size()))
            continue;
        const Json& service = services[row[2].get<size_t>()];
        FallbackGap gap;
        gap.when = {base::Date(std::chrono::days(row[0].get<int>())), Half(row[1].get<int>())};
        gap.service = service.at(0).get<std::string>();
        gap.category = service.at(1).get<int>();
        gap.role = row[3].get<std::string>();
        gap.missing = row[4].get<double>();
        gap.reason = reasons[row[5].get<size_t>()].get<std::string>();
        gaps.push_back(std::move(gap));
    }
    return gaps;
}

Json gapSummary(const Programme& published, const Plan& plan, size_t most) {
    struct Sum {
        int halfDays = 0;
        double missing = 0;
        const Shortage* first = nullptr;
    };
    std::map<std::tuple<std::string, Half, PersonType>, Sum> sums;
    for (const Shortage& gap : plan.shortages) {
        Sum& sum = sums[{published.requirements[size_t(gap.requirement)].service, gap.when.half, gap.role}];
        ++sum.halfDays;
        sum.missing += gap.missing;
        if (!sum.first)
            sum.first = &gap;
    }
    std::vector<std::pair<std::tuple<std::string, Half, PersonType>, Sum>> ordered(sums.begin(), sums.end());
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const auto& a, const auto& b) { return a.second.missing > b.second.missing; });
    Json list = Json::array();
    for (size_t i = 0; i < std::min(most, ordered.size()); ++i) {
        const auto& [key, sum] = ordered[i];
        list.push_back({{"service", std::get<std::string>(key)},
                        {"half", programme::toText(std::get<Half>(key))},
                        {"role", toText(std::get<PersonType>(key))},
                        {"half_days", sum.halfDays},
                        {"missing", sum.missing},
                        {"first", base::formatDate(sum.first->when.date)},
                        {"reason", sum.first->reason}});
    }
    return list;
}

} // namespace core::programme::fallback
