#include "ui/style/Appearance.h"

#include "ui/style/StyleSheet.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontInfo>
#include <QProcessEnvironment>
#include <QStyleFactory>

// The resources are in a static library: somebody has to ask for them by name, outside any namespace.
static void takeConsoleResources() {
    Q_INIT_RESOURCE(console);
}

namespace ui::style {

namespace {

/// The first installed family of the list: all of them have digits of one width.
QString uiFamily() {
    for (const QString& family : {QStringLiteral("Open Sans"), QStringLiteral("Noto Sans"), QStringLiteral("Roboto"),
                                  QStringLiteral("DejaVu Sans")})
        if (QFontDatabase::hasFamily(family))
            return family;
    return {};
}

} // namespace

Appearance::Appearance(QApplication& application, QObject* parent)
    : QObject(parent), m_application(application), m_systemPalette(application.palette()) {
    takeConsoleResources();
    application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    m_systemPalette = application.palette();
    QFont font = application.font();
    if (const QString family = uiFamily(); !family.isEmpty())
        font.setFamily(family);
    font.setPointSizeF(9.5);
    application.setFont(font);
    apply();
}

void Appearance::setChoice(ThemeChoice choice) {
    if (m_choice == choice)
        return;
    m_choice = choice;
    apply();
    Q_EMIT themeChanged();
}

bool Appearance::systemIsDark() const {
    return m_systemPalette.color(QPalette::Window).lightness() < 128 ||
           qEnvironmentVariable("GTK_THEME").endsWith(QLatin1String(":dark"));
}

void Appearance::apply() {
    const bool dark = m_choice == ThemeChoice::Dark || (m_choice == ThemeChoice::System && systemIsDark());
    m_theme = dark ? &darkTheme() : &lightTheme();
    m_application.setPalette(m_theme->palette());
    m_application.setStyleSheet(styleSheet(*m_theme));
}

QFont monospaceFont(const QFont& beside) {
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    if (QFontDatabase::hasFamily(QStringLiteral("DejaVu Sans Mono")))
        font.setFamily(QStringLiteral("DejaVu Sans Mono"));
    font.setPointSizeF(beside.pointSizeF() > 0 ? beside.pointSizeF() - 0.5 : 9);
    return font;
}

} // namespace ui::style
