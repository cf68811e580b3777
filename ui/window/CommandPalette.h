#pragma once

#include "ui/window/ConsoleContext.h"

#include <QDialog>

class QLineEdit;
class QTreeWidget;

namespace ui::window {

/// Thread: gui. Ctrl+K: one field over actions, pages, task types and task ids. Enter does the first, arrows choose.
class CommandPalette : public QDialog {
    Q_OBJECT
  public:
    CommandPalette(ConsoleContext& context, QWidget* parent);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    struct Entry {
        QString text, kind, keys, icon;
        int rank = 0; ///< order while nothing is typed
        std::function<void()> run;
    };
    void collect();
    void filter(const QString& text);
    void lookUpTask(const QString& text);
    void addRow(const Entry& entry);
    int currentRow() const;
    void choose(int row);
    void runCurrent();

    ConsoleContext& m_context;
    QLineEdit* m_field;
    QTreeWidget* m_list;
    std::vector<Entry> m_all;
    std::vector<Entry> m_shown;
    QString m_asked; ///< the text of the newest question for task ids
};

/// How well `text` matches what was typed: the letters of every word in order; 0 = not at all.
int matchScore(const QString& text, const QString& typed);

} // namespace ui::window
