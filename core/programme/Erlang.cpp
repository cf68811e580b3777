#include "core/programme/Erlang.h"

#include <algorithm>
#include <cmath>

namespace core::programme {

double erlangB(double erlangs, int servers) {
    double blocking = 1;
    for (int i = 1; i <= servers; ++i)
        blocking = erlangs * blocking / (i + erlangs * blocking);
    return blocking;
}

double erlangC(double erlangs, int servers) {
    if (erlangs <= 0)
        return servers > 0 ? 0 : 1;
    if (servers <= 0 || erlangs >= servers)
        return 1;
    const double blocking = erlangB(erlangs, servers);
    return blocking / (1 - erlangs / servers * (1 - blocking));
}

std::optional<double> erlangMeanWait(double erlangs, int servers, double serviceTime) {
    if (erlangs >= servers)
        return std::nullopt;
    return erlangC(erlangs, servers) * serviceTime / (servers - erlangs);
}

double erlangServiceLevel(double erlangs, int servers, double serviceTime, double within) {
    if (erlangs >= servers)
        return 0;
    return 1 - erlangC(erlangs, servers) * std::exp(-(servers - erlangs) * within / serviceTime);
}

std::optional<int> serversForWait(double erlangs, double target, int most) {
    for (int servers = 1; servers <= most; ++servers)
        if (erlangs < servers && erlangC(erlangs, servers) <= target)
            return servers;
    return std::nullopt;
}

} // namespace core::programme
