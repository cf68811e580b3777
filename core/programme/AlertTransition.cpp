#include "core/programme/AlertTransition.h"

namespace core::programme {

std::string alertTransition(std::optional<int> previous, int rank, const PastAlert& past, base::Instant now) {
    const bool open = past.at && !past.recovered;
    if (rank <= 0)
        return open ? "recovery" : "";
    const bool news = !past.at || now - *past.at >= kAlertWindow || rank > past.rank;
    if (!open)
        return news ? "entering" : "";
    const bool rises = rank > past.rank || rank > previous.value_or(past.rank);
    return rises && news ? "worsening" : "";
}

} // namespace core::programme
