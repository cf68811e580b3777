#include "core/task/ProgressScope.h"

#include <algorithm>
#include <cmath>

namespace core::task {

ProgressScope::ProgressScope(TaskContext& parent, double from, double to, std::string prefix, base::Json common)
    : m_parent(parent), m_from(from), m_to(to), m_prefix(std::move(prefix)), m_common(std::move(common)) {}

void ProgressScope::report(Progress progress) {
    const double share = std::isnan(progress.percent) ? 0 : std::clamp(progress.percent, 0.0, 100.0) / 100;
    if (!m_prefix.empty())
        progress.text = progress.text.empty() ? m_prefix : m_prefix + ": " + progress.text;
    if (m_common.is_object()) {
        if (!progress.fields.is_object())
            progress.fields = base::Json::object();
        progress.fields.update(m_common);
    }
    m_parent.progress(m_from + (m_to - m_from) * share, progress.text, std::move(progress.fields));
}

ProgressScope TaskContext::scope(double from, double to) {
    return ProgressScope(*this, from, to);
}

} // namespace core::task
