#pragma once

#include "core/programme/Founding.h"
#include "core/programme/sample/Draft.h"

namespace core::programme::sample {

/// Who uses the console and is told of alerts: an operations desk, two coordinators and the programme director. Addresses
/// are of a domain that nobody can have.
void makeContacts(const Draft& draft, Founding& founding);

} // namespace core::programme::sample
