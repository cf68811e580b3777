#include "app/cli/ProgressBar.h"

#include "app/cli/Text.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <unistd.h>

namespace app::cli {

namespace {

constexpr int kBarWidth = 30;
constexpr const char* kClearLine = "\r\x1b[K";

} // namespace

ProgressBar::ProgressBar(std::ostream& err) : m_err(err), m_visible(::isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
    if (m_drawn)
        m_err << kClearLine << std::flush;
}

void ProgressBar::draw(const core::base::Json& task) {
    if (!m_visible)
        return;
    std::string line = cell(task, "type") + "  ";
    if (const auto& progress = task["progress"]; progress.is_number()) {
        const double percent = std::clamp(progress.get<double>(), 0.0, 100.0);
        const int filled = int(percent * kBarWidth / 100);
        char number[16];
        std::snprintf(number, sizeof number, "%3.0f %%", percent);
        line += "[" + std::string(size_t(filled), '#') + std::string(size_t(kBarWidth - filled), '.') + "] " + number;
    } else {
        line += cell(task, "state");
    }
    if (const std::string text = cell(task, "progress_text"); text != "-")
        line += "  " + text;
    m_err << kClearLine << line << std::flush;
    m_drawn = true;
}

} // namespace app::cli
