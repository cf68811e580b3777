#pragma once

#include "core/store/Database.h"

#include <string>
#include <vector>

namespace core::store {

/// A circuit that a person holds open or closed.
struct BreakerRow {
    std::string type;
    std::string hold; ///< open, closed
    std::string reason;
    std::string actor;
    base::Instant at{};
};

/// The schema steps of what is remembered about admission.
std::vector<Migration> admissionMigrations();

std::vector<BreakerRow> readBreakers(Connection& db);
/// Thread: writer.
void putBreaker(Connection& db, const BreakerRow& row);
void removeBreaker(Connection& db, const std::string& type);

} // namespace core::store
