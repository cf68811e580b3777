#pragma once

#include "core/base/Clock.h"
#include "core/base/Json.h"
#include "core/base/Result.h"

#include <filesystem>
#include <string>

namespace core::upkeep {

/// The e-mail channel of the outbox where no mail server is configured: one `.eml` file a message in a folder, ready for
/// whoever sends it. The message id comes from the idempotency key, so that a message that is laid down twice is one.
/// Thread: upkeep.
class MailSpool {
  public:
    MailSpool(std::filesystem::path folder, const base::Clock& clock) : m_folder(std::move(folder)), m_clock(clock) {}

    /// `body`: to (an address, or a name of this machine), subject, body. InvalidParams when one of them is missing.
    base::Result<void> deliver(const base::Json& body, const std::string& idempotencyKey) const;

  private:
    std::filesystem::path m_folder;
    const base::Clock& m_clock;
};

} // namespace core::upkeep
