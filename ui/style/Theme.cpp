#include "ui/style/Theme.h"

#include "core/task/Queue.h"

#include <QWidget>

#include <cmath>

namespace ui::style {

namespace {

Theme makeLightTheme() {
    Theme t{};
    t.dark = false;
    t.window = "#f3f5f8";
    t.card = "#ffffff";
    t.cardAlternate = "#f8fafc";
    t.border = "#dbe1e8";
    t.borderStrong = "#b4bfca";
    t.text = "#18222d";
    t.textMuted = "#556270";
    t.textDisabled = "#96a1ac";
    t.accent = "#1a68ab";
    t.accentText = "#ffffff";
    t.selection = "#d5e6f6";
    t.selectionText = "#0f2438";
    t.field = "#ffffff";
    t.grid = "#e6ebf0";
    t.tooltip = "#1f2933";
    t.tooltipText = "#f4f7fa";
    t.tones = {{{"#4b5865", "#e9edf2"},   // neutral
                {"#155a96", "#dcebf8"},   // accent
                {"#0b6b51", "#d8f0e8"},   // good
                {"#7a5200", "#fbeecb"},   // caution
                {"#9c3d06", "#fde4d3"},   // warning
                {"#a3211c", "#fbdedb"},   // bad
                {"#ffffff", "#26141a"}}}; // critical
    t.states = {QColor("#7b5ea7"), QColor("#5b6f84"), QColor("#1a76c4"), QColor("#b07600"),
                QColor("#0e8a68"), QColor("#cc3f2e"), QColor("#78828c")};
    t.queues = {QColor("#0067a8"), QColor("#0a8a66"), QColor("#cf5a00"), QColor("#b8508a"),
                QColor("#6b4aa0"), QColor("#9b7400"), QColor("#2b8fd0"), QColor("#66727e")};
    return t;
}

Theme makeDarkTheme() {
    Theme t{};
    t.dark = true;
    t.window = "#12171d";
    t.card = "#1a2129";
    t.cardAlternate = "#1e2630";
    t.border = "#2d3742";
    t.borderStrong = "#4a5866";
    t.text = "#e7ecf1";
    t.textMuted = "#9daab7";
    t.textDisabled = "#637180";
    t.accent = "#63b3f0";
    t.accentText = "#0b1723";
    t.selection = "#234a6c";
    t.selectionText = "#f2f7fb";
    t.field = "#151b22";
    t.grid = "#26303a";
    t.tooltip = "#e7ecf1";
    t.tooltipText = "#18222d";
    t.tones = {{{"#b7c2cd", "#2a343f"},
                {"#8cc8f5", "#193650"},
                {"#6fd9b8", "#12382f"},
                {"#f3cd6b", "#3d3113"},
                {"#f8ab74", "#43291a"},
                {"#ff9c92", "#471f1e"},
                {"#1d0b10", "#ffd3dc"}}};
    t.states = {QColor("#b39ddb"), QColor("#93a5b8"), QColor("#4fa9f0"), QColor("#e5b64b"),
                QColor("#43c59e"), QColor("#ff7b6b"), QColor("#8c98a4")};
    t.queues = {QColor("#4fa9f0"), QColor("#43c59e"), QColor("#f59a52"), QColor("#e58fc0"),
                QColor("#b39ddb"), QColor("#e2c04b"), QColor("#7fd6f5"), QColor("#a7b2bd")};
    return t;
}

double luminance(const QColor& color) {
    const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

} // namespace

QColor Theme::queue(const std::string& name) const {
    for (size_t i = 0; i < core::task::kQueues.size(); ++i)
        if (core::task::kQueues[i].name == name)
            return queues[i];
    return textMuted;
}

QPalette Theme::palette() const {
    QPalette p;
    p.setColor(QPalette::Window, window);
    p.setColor(QPalette::WindowText, text);
    p.setColor(QPalette::Base, card);
    p.setColor(QPalette::AlternateBase, cardAlternate);
    p.setColor(QPalette::Text, text);
    p.setColor(QPalette::PlaceholderText, textMuted);
    p.setColor(QPalette::Button, card);
    p.setColor(QPalette::ButtonText, text);
    p.setColor(QPalette::BrightText, tone(Tone::Bad).text);
    p.setColor(QPalette::Highlight, selection);
    p.setColor(QPalette::HighlightedText, selectionText);
    p.setColor(QPalette::Link, accent);
    p.setColor(QPalette::LinkVisited, accent);
    p.setColor(QPalette::ToolTipBase, tooltip);
    p.setColor(QPalette::ToolTipText, tooltipText);
    p.setColor(QPalette::Light, card);
    p.setColor(QPalette::Midlight, border);
    p.setColor(QPalette::Mid, borderStrong);
    p.setColor(QPalette::Dark, borderStrong);
    p.setColor(QPalette::Shadow, dark ? QColor("#000000") : borderStrong);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        p.setColor(QPalette::Disabled, role, textDisabled);
    return p;
}

const Theme& lightTheme() {
    static const Theme theme = makeLightTheme();
    return theme;
}

const Theme& darkTheme() {
    static const Theme theme = makeDarkTheme();
    return theme;
}

const Theme& themeOf(const QPalette& palette) {
    return palette.color(QPalette::Window).lightness() < 128 ? darkTheme() : lightTheme();
}

const Theme& themeOf(const QWidget* widget) {
    return themeOf(widget->palette());
}

double contrast(const QColor& a, const QColor& b) {
    const double la = luminance(a), lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

Tone toneOf(core::task::TaskState state) {
    using S = core::task::TaskState;
    switch (state) {
    case S::Scheduled:
    case S::Pending:
    case S::Revoked: return Tone::Neutral;
    case S::Started: return Tone::Accent;
    case S::Retry: return Tone::Caution;
    case S::Success: return Tone::Good;
    case S::Failure: return Tone::Bad;
    }
    return Tone::Neutral;
}

Tone toneOfLevel(const std::string& level) {
    if (level == "GREEN")
        return Tone::Good;
    if (level == "YELLOW")
        return Tone::Caution;
    if (level == "ORANGE")
        return Tone::Warning;
    if (level == "RED")
        return Tone::Bad;
    if (level == "BLACK" || level == "CRITICAL")
        return Tone::Critical;
    return Tone::Neutral;
}

Tone toneOfHealth(const std::string& status) {
    if (status == "healthy")
        return Tone::Good;
    if (status == "warning")
        return Tone::Caution;
    if (status == "degraded")
        return Tone::Warning;
    if (status == "critical")
        return Tone::Bad;
    if (status == "emergency")
        return Tone::Critical;
    return Tone::Neutral;
}

} // namespace ui::style
