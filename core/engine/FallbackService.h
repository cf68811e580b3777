#pragma once

#include "core/base/Result.h"
#include "core/engine/Services.h"
#include "core/programme/fallback/Activation.h"
#include "core/programme/fallback/FallbackCard.h"

#include <optional>
#include <string>
#include <vector>

namespace core::engine {

/// A person's word on a fallback schedule.
struct FallbackRequest {
    std::string id;         ///< of the schedule, or its scenario's key
    std::string reason;     ///< 10..500 characters
    std::string approvedBy; ///< a name
    std::optional<int64_t> version; ///< as it was seen
    programme::fallback::AllowStale allowStale = programme::fallback::AllowStale::No; ///< of an activation
};

/// Precomputed schedules for when people are lost (domain 3.6). Thread: any but gui.
class FallbackService {
  public:
    virtual ~FallbackService() = default;
    /// The present generation of every scenario that was computed, and older ones that are still in force.
    virtual base::Result<std::vector<programme::fallback::FallbackCard>> list() const = 0;
    /// By id or scenario, with who takes over what on which day, and what stays short. NotFound.
    virtual base::Result<programme::fallback::FallbackDetail> show(const std::string& id) const = 0;
    /// Puts it in force. InvalidParams, NotFound; Conflict when it is superseded, in force, stale without leave (which is
    /// audited), or not as it was seen. Audited.
    virtual base::Result<programme::fallback::FallbackCard> activate(const FallbackRequest& request,
                                                                     const Actor& actor) = 0;
    /// Takes it back. As above. Audited.
    virtual base::Result<programme::fallback::FallbackCard> deactivate(const FallbackRequest& request,
                                                                       const Actor& actor) = 0;
};

} // namespace core::engine
