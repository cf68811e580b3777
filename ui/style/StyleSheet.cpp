#include "ui/style/StyleSheet.h"

namespace ui::style {

namespace {

constexpr const char* kControls = R"(
QToolTip { background: @tooltip; color: @tooltipText; border: 0; padding: 6px 8px; }
QMenuBar { background: @window; color: @text; padding: 2px 6px; }
QMenuBar::item { padding: 5px 10px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: @selection; color: @selectionText; }
QMenu { background: @card; color: @text; border: 1px solid @borderStrong; padding: 5px; }
QMenu::item { padding: 5px 28px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: @selection; color: @selectionText; }
QMenu::item:disabled { color: @textDisabled; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: @border; margin: 5px 6px; }
QStatusBar { background: @window; color: @textMuted; }
QStatusBar::item { border: 0; }

QPushButton { background: @card; color: @text; border: 1px solid @borderStrong; border-radius: 5px;
              padding: 5px 14px; min-height: 18px; }
QPushButton:hover { border-color: @accent; }
QPushButton:pressed { background: @selection; }
QPushButton:focus { border: 2px solid @accent; padding: 4px 13px; }
QPushButton:disabled { color: @textDisabled; border-color: @border; }
QPushButton:default, QPushButton[role="primary"] { background: @accent; color: @accentText; border-color: @accent; }
QPushButton:default:disabled, QPushButton[role="primary"]:disabled { background: @border; color: @textDisabled; border-color: @border; }
QPushButton:default:focus, QPushButton[role="primary"]:focus { border: 2px solid @text; padding: 4px 13px; }
QPushButton[role="danger"] { background: @danger; color: @dangerText; border-color: @danger; }
QPushButton[role="danger"]:disabled { background: @border; color: @textDisabled; border-color: @border; }
QPushButton[role="danger"]:focus { border: 2px solid @text; padding: 4px 13px; }
QPushButton[role="flat"] { background: transparent; border-color: transparent; color: @accent; padding: 4px 8px; }
QPushButton[role="flat"]:hover { background: @selection; color: @selectionText; }
QPushButton[role="flat"]:focus { border: 2px solid @accent; padding: 3px 7px; }
QPushButton[role="flat"]:disabled { color: @textDisabled; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 5px; padding: 4px 6px; color: @text; }
QToolButton:hover { background: @selection; color: @selectionText; }
QToolButton:focus { border-color: @accent; }
QToolButton:checked { background: @selection; color: @selectionText; }
QToolButton[role="segment"] { border: 1px solid @border; background: @card; color: @textMuted; padding: 3px 10px; }
QToolButton[role="segment"]:checked { background: @accentGround; color: @accentTone; border-color: @accent; }
QToolButton[role="segment"]:focus { border: 2px solid @accent; padding: 2px 9px; }
QToolButton:disabled { color: @textDisabled; }

QLineEdit, QPlainTextEdit, QComboBox, QSpinBox, QDateTimeEdit { background: @field; color: @text; border: 1px solid @borderStrong; border-radius: 5px;
              padding: 4px 8px; selection-background-color: @accent; selection-color: @accentText; min-height: 18px; }
QPlainTextEdit { padding: 2px 4px; }
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QSpinBox:focus, QDateTimeEdit:focus { border: 2px solid @accent; padding: 3px 7px; }
QPlainTextEdit:focus { padding: 1px 3px; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"], QComboBox[invalid="true"] { border: 2px solid @bad; padding: 3px 7px; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled, QDateTimeEdit:disabled { color: @textDisabled; border-color: @border; }
QComboBox::drop-down { border: 0; width: 22px; }
QComboBox::down-arrow { image: url(:/icons/chevron-@shade.svg); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: @card; color: @text; border: 1px solid @borderStrong; selection-background-color: @selection;
              selection-color: @selectionText; outline: 0; }
QRadioButton::indicator { width: 12px; height: 12px; border: 1px solid @textMuted; border-radius: 7px; background: @field; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 4px solid @accent; border-radius: 7px; background: @accentText; }
QRadioButton::indicator:focus { border-color: @accent; }
QCheckBox::indicator { width: 13px; height: 13px; border: 1px solid @textMuted; border-radius: 3px; background: @field; }
QCheckBox::indicator:checked { border-color: @accent; background: @accent; image: url(:/icons/tick-@shade.svg); }
QRadioButton:focus, QCheckBox:focus { color: @accent; }
QSpinBox::up-button, QSpinBox::down-button { width: 18px; border: 0; background: transparent; }
QSpinBox::up-arrow { image: url(:/icons/chevron-up-@shade.svg); width: 10px; height: 10px; }
QSpinBox::down-arrow { image: url(:/icons/chevron-@shade.svg); width: 10px; height: 10px; }
)";

constexpr const char* kContainers = R"(
QTableView, QTreeView, QListView { background: @card; color: @text; border: 0; outline: 0; gridline-color: @border; }
QHeaderView { background: @card; border: 0; }
QHeaderView::section { background: @card; color: @textMuted; border: 0; border-bottom: 1px solid @border; padding: 6px 8px; font-weight: 600; }
QHeaderView::section:hover { color: @text; }
QTableCornerButton::section { background: @card; border: 0; }
QTabWidget::pane { border: 0; border-top: 1px solid @border; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: @textMuted; border: 0; border-bottom: 2px solid transparent; padding: 7px 8px; }
QTabBar QToolButton { background: @card; border: 1px solid @border; }
QTabBar QToolButton::left-arrow { image: url(:/icons/chevron-left-@shade.svg); width: 10px; height: 10px; }
QTabBar QToolButton::right-arrow { image: url(:/icons/chevron-right-@shade.svg); width: 10px; height: 10px; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:focus { color: @accent; }
QSplitter::handle { background: @window; }
QSplitter::handle:hover { background: @border; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: 0; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: @borderStrong; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: @textMuted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: @border; border: 0; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QDialog { background: @window; }
QLabel[role="muted"] { color: @textMuted; }
QLabel[role="error"] { color: @bad; }
QLabel[role="crisis"] { color: @bad; font-size: 10.5pt; font-weight: 700; }
QLabel[role="heading"] { font-size: 15pt; font-weight: 600; }
QLabel[role="title"] { font-weight: 600; }
)";

} // namespace

QString styleSheet(const Theme& theme) {
    QString sheet = QString::fromUtf8(kControls) + QString::fromUtf8(kContainers);
    const QColor danger = theme.dark ? QColor("#ff9c92") : QColor("#b3261e");
    const QColor dangerText = theme.dark ? QColor("#2b0b09") : QColor("#ffffff");
    // Longer names first, so that @text does not eat the head of @textMuted.
    const std::pair<const char*, QColor> colours[] = {
        {"@selectionText", theme.selectionText}, {"@selection", theme.selection},
        {"@tooltipText", theme.tooltipText},     {"@tooltip", theme.tooltip},
        {"@textDisabled", theme.textDisabled},   {"@textMuted", theme.textMuted},
        {"@text", theme.text},                   {"@accentText", theme.accentText},
        {"@accentGround", theme.tone(Tone::Accent).ground}, {"@accentTone", theme.tone(Tone::Accent).text},
        {"@accent", theme.accent},               {"@borderStrong", theme.borderStrong},
        {"@border", theme.border},               {"@window", theme.window},
        {"@card", theme.card},                   {"@field", theme.field},
        {"@dangerText", dangerText},             {"@danger", danger},
        {"@bad", theme.tone(Tone::Bad).text},
    };
    for (const auto& [name, colour] : colours)
        sheet.replace(QLatin1String(name), colour.name());
    return sheet.replace(QLatin1String("@shade"), QLatin1String(theme.dark ? "dark" : "light"));
}

} // namespace ui::style
