#pragma once

#include "ui/style/Theme.h"

#include <QFont>
#include <QObject>

class QApplication;

namespace ui::style {

enum class ThemeChoice { System, Light, Dark };

/// Thread: gui. Gives the application its style, palette, style sheet and fonts, and follows the system's light or
/// dark while the choice is System.
class Appearance : public QObject {
    Q_OBJECT
  public:
    explicit Appearance(QApplication& application, QObject* parent = nullptr);

    ThemeChoice choice() const { return m_choice; }
    void setChoice(ThemeChoice choice);
    const Theme& theme() const { return *m_theme; }

  Q_SIGNALS:
    void themeChanged();

  private:
    bool systemIsDark() const;
    void apply();

    QApplication& m_application;
    QPalette m_systemPalette;
    ThemeChoice m_choice = ThemeChoice::System;
    const Theme* m_theme = nullptr;
};

/// The font for ids, JSON, logs and tracebacks.
QFont monospaceFont(const QFont& beside);

} // namespace ui::style
