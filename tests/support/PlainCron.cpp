#include "tests/support/PlainCron.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <string_view>
#include <tuple>

namespace tests {

namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return text;
}

std::string withoutShorthand(const std::string& text) {
    static const std::map<std::string, std::string> meanings{
        {"@hourly", "0 * * * *"},  {"@daily", "0 0 * * *"},  {"@midnight", "0 0 * * *"}, {"@weekly", "0 0 * * 0"},
        {"@monthly", "0 0 1 * *"}, {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}};
    const auto found = meanings.find(lower(text));
    return found == meanings.end() ? text : found->second;
}

int valueOf(size_t field, const std::string& text) {
    constexpr std::string_view kMonths = "janfebmaraprmayjunjulaugsepoctnovdec", kDays = "sunmontuewedthufrisat";
    if (std::isdigit(static_cast<unsigned char>(text.at(0))))
        return std::stoi(text);
    return int((field == 3 ? kMonths : kDays).find(lower(text)) / 3) + (field == 3 ? 1 : 0);
}

} // namespace

PlainCron::PlainCron(const std::string& text) {
    std::istringstream fields(withoutShorthand(text));
    for (size_t i = 0; i < 5; ++i) {
        std::string field, item;
        fields >> field;
        starred[i] = field.at(0) == '*';
        for (std::istringstream items(field); std::getline(items, item, ',');)
            add(i, item);
    }
}

bool PlainCron::dayMatches(const std::tm& local) const {
    if (!values[3].test(size_t(local.tm_mon + 1)))
        return false;
    const bool byDate = values[2].test(size_t(local.tm_mday));
    const bool byWeekday = values[4].test(size_t(local.tm_wday));
    return starred[2] || starred[4] ? byDate && byWeekday : byDate || byWeekday;
}

bool PlainCron::matches(const std::tm& local) const {
    return values[0].test(size_t(local.tm_min)) && values[1].test(size_t(local.tm_hour)) && dayMatches(local);
}

void PlainCron::add(size_t field, const std::string& item) {
    constexpr std::array<std::pair<int, int>, 5> kWhole{{{0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 6}}};
    int low = 0, high = 0, step = 1;
    const size_t slash = item.find('/');
    if (slash != std::string::npos)
        step = std::stoi(item.substr(slash + 1));
    const std::string range = item.substr(0, slash);
    if (range == "*") {
        std::tie(low, high) = kWhole[field];
    } else {
        const size_t dash = range.find('-');
        low = high = valueOf(field, range.substr(0, dash));
        if (dash != std::string::npos)
            high = valueOf(field, range.substr(dash + 1));
        if (field == 4 && high == 0 && low > 0)
            high = 7; // a week that ends on Sunday
    }
    for (int value = low; value <= high; value += step)
        values[field].set(size_t(field == 4 ? value % 7 : value));
}

} // namespace tests
