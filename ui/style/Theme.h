#pragma once

#include "core/task/TaskState.h"

#include <QColor>
#include <QPalette>

#include <array>
#include <string>

class QWidget;

namespace ui::style {

/// What a colour says. Every use shows a word beside it.
enum class Tone { Neutral, Accent, Good, Caution, Warning, Bad, Critical };

/// Every colour of the console. Text is at least 4.5:1 on its ground, marks at least 3:1; the hues stay apart for
/// red-green blindness (blue, teal, amber, vermilion and different lightness).
struct Theme {
    bool dark;
    QColor window, card, cardAlternate, border, borderStrong, text, textMuted, textDisabled;
    QColor accent, accentText, selection, selectionText, field, grid;
    QColor tooltip, tooltipText;
    struct Pair {
        QColor text;   ///< on window, card or `ground`
        QColor ground; ///< a light tint
    };
    std::array<Pair, 7> tones;   ///< by Tone
    std::array<QColor, 7> states; ///< marks, by TaskState
    std::array<QColor, 8> queues; ///< lines and marks, in the order of task::kQueues

    const Pair& tone(Tone tone) const { return tones[size_t(tone)]; }
    const QColor& state(core::task::TaskState state) const { return states[size_t(state)]; }
    /// The same colour for the same queue on every page; grey for an unknown one.
    QColor queue(const std::string& name) const;
    QPalette palette() const;
};

const Theme& lightTheme();
const Theme& darkTheme();
/// The theme a palette belongs to, by its lightness: widgets follow their palette and need no other notice.
const Theme& themeOf(const QPalette& palette);
const Theme& themeOf(const QWidget* widget);

/// WCAG 2.1 contrast ratio, 1 to 21.
double contrast(const QColor& a, const QColor& b);

Tone toneOf(core::task::TaskState state);
/// Of `GREEN`, `YELLOW`, `ORANGE`, `RED`, `BLACK`, `CRITICAL`; anything else is neutral.
Tone toneOfLevel(const std::string& level);
/// Of `healthy`, `warning`, `degraded`, `critical`, `emergency`.
Tone toneOfHealth(const std::string& status);

} // namespace ui::style
