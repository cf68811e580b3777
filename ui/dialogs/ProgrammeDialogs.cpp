#include "ui/dialogs/ProgrammeDialogs.h"

#include "ui/delegates/Table.h"
#include "ui/models/SmallTable.h"
#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace ui::dialogs {

using core::programme::ImportError;
using core::programme::ImportReport;
using style::toQString;

namespace {

std::vector<models::Column<ImportError>> importColumns() {
    using C = models::Column<ImportError>;
    return {
        C{"file", ImportDialog::tr("File"), 140, models::Align::Left, [](const ImportError& e) { return toQString(e.file); }, {}, {}},
        C{"row", ImportDialog::tr("Row"), 60, models::Align::Right, [](const ImportError& e) { return style::count(e.row); },
          [](const ImportError& e) { return QVariant(e.row); }, {}},
        C{"field", ImportDialog::tr("Field"), 120, models::Align::Left, [](const ImportError& e) { return toQString(e.field); }, {}, {}},
        C{"message", ImportDialog::tr("What is wrong"), 320, models::Align::Left,
          [](const ImportError& e) { return toQString(e.message); }, {},
          [](const ImportError& e, int role) { return role == Qt::ToolTipRole ? QVariant(toQString(e.message)) : QVariant(); }},
    };
}

} // namespace

class ImportDialog::ErrorModel : public models::SmallTable<ImportError> {
  public:
    explicit ErrorModel(QObject* parent)
        : SmallTable(importColumns(),
                     [](const ImportError& e) {
                         return toQString(e.file + "\n" + std::to_string(e.row) + "\n" + e.field + "\n" + e.message);
                     },
                     parent) {}
};

ImportDialog::ImportDialog(window::ConsoleContext& context, QWidget* parent)
    : Dialog(tr("Import from CSV"),
             tr("A roster or absences in one file, or a folder with both. The check writes nothing; an import with any "
                "refused row writes nothing either."),
             parent),
      m_context(context), m_path(new QLineEdit), m_summary(plainLabel({})), m_progress(new QProgressBar),
      m_errors(new ErrorModel(this)), m_check(new QPushButton(tr("Check"))) {
    resize(760, 520);
    auto* row = new QHBoxLayout;
    m_path->setAccessibleName(tr("File or folder"));
    m_path->setPlaceholderText(tr("CSV file, or folder with CSV files"));
    m_path->setObjectName(QStringLiteral("importPath"));
    auto* file = new QPushButton(tr("File…"));
    auto* folder = new QPushButton(tr("Folder…"));
    row->addWidget(m_path, 1);
    for (QPushButton* button : {file, folder, m_check}) {
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    body()->addLayout(row);
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->hide();
    m_progress->setAccessibleName(tr("Import under way"));
    body()->addWidget(m_progress);
    m_summary->setWordWrap(true);
    body()->addWidget(m_summary);
    auto* table = new delegates::Table(tr("Refused rows"), delegates::Sorting::Off);
    table->setModel(m_errors);
    table->applyColumns(m_errors->columns(), 3);
    table->setEmptyText(tr("Refused rows are listed here, with their row number and what to correct."));
    m_table = table;
    body()->addWidget(table, 1);
    m_import = addVerb(tr("Import"), VerbKind::Primary);
    m_import->setEnabled(false);
    connect(file, &QPushButton::clicked, this, &ImportDialog::chooseFile);
    connect(folder, &QPushButton::clicked, this, &ImportDialog::chooseFolder);
    connect(m_check, &QPushButton::clicked, this, &ImportDialog::check);
    connect(m_import, &QPushButton::clicked, this, [this] { run(Run::Real); });
    connect(m_path, &QLineEdit::textChanged, this, [this] { m_import->setEnabled(false); });
}

void ImportDialog::setPath(const QString& path) {
    m_path->setText(path);
}

void ImportDialog::chooseFile() {
    auto* chooser = new QFileDialog(this, tr("File to import"), m_context.settings.get(window::keys::lastImportFolder),
                                    tr("CSV files (*.csv);;All files (*)"));
    chooser->setAttribute(Qt::WA_DeleteOnClose);
    chooser->setFileMode(QFileDialog::ExistingFile);
    connect(chooser, &QFileDialog::fileSelected, this, &ImportDialog::setPath);
    chooser->open();
}

void ImportDialog::chooseFolder() {
    auto* chooser =
        new QFileDialog(this, tr("Folder to import"), m_context.settings.get(window::keys::lastImportFolder));
    chooser->setAttribute(Qt::WA_DeleteOnClose);
    chooser->setFileMode(QFileDialog::Directory);
    connect(chooser, &QFileDialog::fileSelected, this, &ImportDialog::setPath);
    chooser->open();
}

void ImportDialog::check() {
    run(Run::Dry);
}

void ImportDialog::run(Run run) {
    const std::filesystem::path path = m_path->text().toStdString();
    m_context.settings.set(window::keys::lastImportFolder, QString::fromStdString(path.parent_path().string()));
    setProblem({});
    m_progress->show();
    m_check->setEnabled(false);
    m_import->setEnabled(false);
    m_context.calls.call(
        this,
        [path, run, actor = m_context.actor](core::engine::Engine& engine) {
            return engine.programme().import(path, run == Run::Dry, actor);
        },
        [this, run](const core::base::Result<ImportReport>& answer) { take(run, answer); });
}

void ImportDialog::take(Run run, const core::base::Result<ImportReport>& answer) {
    m_progress->hide();
    m_check->setEnabled(true);
    if (!answer) {
        m_summary->clear();
        m_errors->setRows({});
        setProblem(style::errorText(answer.error()));
        return;
    }
    m_errors->setRows(answer->errors);
    static_cast<delegates::Table*>(m_table)->setEmptyText(tr("No row was refused."));
    if (!answer->errors.empty()) {
        m_summary->setText(tr("Refused rows: %1. Nothing was imported: correct them and check again.")
                               .arg(style::count(int64_t(answer->errors.size()))));
        return;
    }
    if (run == Run::Dry) {
        m_summary->setText(tr("Good: %1 rows would be created, %2 are there already.")
                               .arg(style::count(answer->created), style::count(answer->skipped)));
        m_import->setEnabled(true);
        return;
    }
    m_context.navigator.notice(window::NoticeKind::Done,
                               tr("Imported: %1 rows created, %2 were there already.")
                                   .arg(style::count(answer->created), style::count(answer->skipped)));
    m_context.programme.refresh();
    accept();
}

} // namespace ui::dialogs
