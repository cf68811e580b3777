#pragma once

#include "ui/dialogs/Dialog.h"
#include "ui/window/ConsoleContext.h"

class QLabel;
class QLineEdit;
class QProgressBar;

namespace ui::dialogs {

/// Thread: gui. Imports CSV of one's own: choose, dry run with a report row by row, then import.
class ImportDialog : public Dialog {
    Q_OBJECT
  public:
    ImportDialog(window::ConsoleContext& context, QWidget* parent);
    void setPath(const QString& path);
    void check();

  private:
    enum class Run { Dry, Real };
    void chooseFile();
    void chooseFolder();
    void run(Run run);
    void take(Run run, const core::base::Result<core::programme::ImportReport>& answer);

    window::ConsoleContext& m_context;
    QLineEdit* m_path;
    QLabel* m_summary;
    QProgressBar* m_progress;
    class ErrorModel;
    ErrorModel* m_errors;
    QWidget* m_table;
    QPushButton *m_check, *m_import;
};

} // namespace ui::dialogs
