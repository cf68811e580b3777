#pragma once

#include "core/programme/Vitals.h"
#include "core/store/Connection.h"

namespace core::programme::store {

/// What the vitals take from stored results, as of `now`. Reads only, throws SqlError like every query; the caller owns the
/// snapshot. Thread: that of the connection.
VitalsInputs readVitalsInputs(core::store::Connection& connection, base::Instant now);

/// The vitals of the programme as a document (`Vitals.h`), with `timestamp`. Computes them: tens of milliseconds.
/// NotFound without a programme, or when today is outside its calendar.
base::Result<base::Json> readVitals(core::store::Connection& connection, base::Instant now);

} // namespace core::programme::store
