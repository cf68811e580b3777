#pragma once

#include "core/upkeep/Loop.h"

#include <functional>

namespace core::upkeep {

/// Hands over again what the store could not take a moment ago, and looks for work behind doors that time has opened.
/// Thread: upkeep.
class Redelivery final : public Loop {
  public:
    explicit Redelivery(std::function<void()> again) : m_again(std::move(again)) {}
    std::string name() const override { return "redelivery"; }
    base::Result<NextLook> look(base::Instant) override {
        m_again();
        return NextLook{kPeriod};
    }

  private:
    static constexpr base::milliseconds kPeriod{250};

    std::function<void()> m_again;
};

} // namespace core::upkeep
