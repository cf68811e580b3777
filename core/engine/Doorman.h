#pragma once

#include "core/engine/Admission.h"
#include "core/upkeep/Loop.h"

namespace core::engine {

/// Has the dispatcher look for work again when a door opens by itself: a circuit, a rate. Thread: upkeep.
class Doorman final : public upkeep::Loop {
  public:
    Doorman(Admission& admission, std::function<void()> reopened)
        : m_admission(admission), m_reopened(std::move(reopened)) {
        m_admission.setDoorListener([this] { wake(); });
    }
    std::string name() const override { return "admission"; }
    base::Result<upkeep::NextLook> look(base::Instant) override {
        if (m_admission.takeReopened()) {
            m_admission.announce();
            m_reopened();
        }
        return upkeep::NextLook{m_admission.untilReopened().value_or(kPeriod)};
    }

  private:
    /// It is woken when a door closes.
    static constexpr base::seconds kPeriod{10};

    Admission& m_admission;
    std::function<void()> m_reopened;
};

} // namespace core::engine
