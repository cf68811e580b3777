#pragma once

#include "core/base/Json.h"

#include <nlohmann/json.hpp>
#include <ostream>

namespace app::cli {

/// Thread: main. One line on stderr that follows a task, drawn only when stderr is a terminal; gone with the object.
class ProgressBar {
  public:
    explicit ProgressBar(std::ostream& err);
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    bool visible() const { return m_visible; }
    void draw(const core::base::Json& task);

  private:
    std::ostream& m_err;
    const bool m_visible;
    bool m_drawn = false;
};

} // namespace app::cli
