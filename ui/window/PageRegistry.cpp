#include "ui/window/PageRegistry.h"

#include "ui/pages/overview/OverviewPage.h"
#include "ui/pages/programme/ProgrammePage.h"
#include "ui/pages/queues/QueuesPage.h"
#include "ui/pages/schedules/SchedulesPage.h"
#include "ui/pages/tasks/TasksPage.h"
#include "ui/pages/workers/WorkersPage.h"

#include <QCoreApplication>

namespace ui::window {

namespace {

struct PageTitle {
    Q_DECLARE_TR_FUNCTIONS(ui::window::PageRegistry)
};

template <class T>
PageEntry entry(const char* id, const QString& title, const char* icon) {
    return {QString::fromLatin1(id), title, QString::fromLatin1(icon),
            [](ConsoleContext& context, QWidget* parent) -> Page* { return new T(context, parent); }};
}

} // namespace

std::vector<PageEntry> pageEntries() {
    return {
        entry<pages::overview::OverviewPage>("overview", PageTitle::tr("Overview"), "overview"),
        entry<pages::tasks::TasksPage>("tasks", PageTitle::tr("Tasks"), "tasks"),
        entry<pages::queues::QueuesPage>("queues", PageTitle::tr("Queues"), "queues"),
        entry<pages::workers::WorkersPage>("workers", PageTitle::tr("Workers"), "workers"),
        entry<pages::schedules::SchedulesPage>("schedules", PageTitle::tr("Schedules"), "schedules"),
        entry<pages::programme::ProgrammePage>("programme", PageTitle::tr("Programme"), "programme"),
    };
}

} // namespace ui::window
