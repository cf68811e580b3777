#pragma once

#include "core/engine/FallbackService.h"
#include "core/engine/LocalServices.h"

namespace core::engine {

/// Thread: any but gui and writer.
class LocalFallbackService final : public FallbackService {
  public:
    explicit LocalFallbackService(ServiceParts& parts) : m_parts(parts) {}
    base::Result<std::vector<programme::fallback::FallbackCard>> list() const override;
    base::Result<programme::fallback::FallbackDetail> show(const std::string& id) const override;
    base::Result<programme::fallback::FallbackCard> activate(const FallbackRequest& request,
                                                             const Actor& actor) override;
    base::Result<programme::fallback::FallbackCard> deactivate(const FallbackRequest& request,
                                                               const Actor& actor) override;

  private:
    void tell(base::Instant now, const char* what) const;
    ServiceParts& m_parts;
};

} // namespace core::engine
