#include "ui/window/TourScript.h"

#include "ui/style/Theme.h"

#include <QApplication>
#include <QDialog>
#include <QEvent>
#include <QFile>
#include <QPainter>

#include <cstdio>

namespace ui::window {

namespace {
constexpr int kLookEveryMs = 15;
constexpr int kStepLimitMs = 120'000;
} // namespace

TourScript::TourScript(EngineStarter starter, const ConsoleOptions& console, const TourOptions& options)
    : m_options(options), m_settings(console.dataDirectory / "console.ini"), m_appearance(*qApp),
      m_window(m_settings, m_appearance, QString::fromStdString(console.dataDirectory.string())),
      m_holder(std::move(starter), console) {
    m_sinceStart.start();
    connect(m_window.startView(), &StartView::painted, this, [this] {
        m_windowPaintMs = m_sinceStart.elapsed();
        m_holder.start();
    });
    connect(&m_holder, &EngineHolder::started, this, [this](core::engine::Engine& engine) {
        m_window.openWorkspace(engine, m_holder.actor());
        connect(&context().feed, &models::EngineFeed::arrived, this, [this](const core::events::EventBatch& batch) {
            for (const auto& event : batch.events)
                if (event->kind == core::events::EventKind::TaskChanged && event->task)
                    m_states[event->task->id] = event->task->state;
        });
    });
    connect(&m_holder, &EngineHolder::failed, this,
            [this](const StartFailure& failure) { fail(QString::fromStdString(failure.error.text())); });
    connect(&m_timer, &QTimer::timeout, this, &TourScript::advance);
}

TourScript::~TourScript() {
    m_window.hide();
    m_window.closeWorkspace();
}

void TourScript::start() {
    std::error_code ignored;
    std::filesystem::create_directories(m_options.folder, ignored);
    add(tr("the engine starts"), [this] { m_window.resize(m_options.size); m_window.show(); },
        [this] { return m_window.workspace() && context().programme.stats().has_value(); });
    add(tr("there is a programme"), [] {}, [this] { return context().programme.stats()->present; });
    planScenario();
    if (!m_options.theme || *m_options.theme == TourTheme::Light)
        planTheme(TourTheme::Light);
    if (!m_options.theme || *m_options.theme == TourTheme::Dark)
        planTheme(TourTheme::Dark);
    m_timer.start(kLookEveryMs);
}

void TourScript::add(const QString& name, std::function<void()> act, std::function<bool()> until,
                     std::function<void()> then) {
    m_steps.push_back({name, std::move(act), std::move(until), std::move(then)});
}

void TourScript::advance() {
    if (m_steps.empty()) {
        finish();
        return;
    }
    if (!std::exchange(m_acted, true)) {
        m_sinceAct.start();
        m_steps.front().act();
        return;
    }
    Step& step = m_steps.front();
    if (!step.until || step.until()) {
        const auto then = step.then;
        m_steps.pop_front();
        m_acted = false;
        if (then)
            then();
    } else if (m_sinceAct.elapsed() > kStepLimitMs) {
        const QString refused = m_refused ? QString::fromStdString(": " + m_refused->text()) : QString();
        fail(tr("waited %1 s in vain until %2%3").arg(kStepLimitMs / 1000).arg(step.name, refused));
    }
}

void TourScript::fail(const QString& why) {
    m_timer.stop();
    Q_EMIT finished(why);
}

void TourScript::finish() {
    m_timer.stop();
    core::base::Json document = core::base::Json::object();
    document["window_first_paint_ms"] = m_windowPaintMs;
    document["width"] = m_options.size.width();
    document["height"] = m_options.size.height();
    document["pages"] = m_pages;
    QFile file(QString::fromStdString((m_options.folder / "tour.json").string()));
    const std::string text = core::base::prettyJson(document) + "\n";
    if (!file.open(QIODevice::WriteOnly) || file.write(text.data(), qint64(text.size())) != qint64(text.size()))
        Q_EMIT finished(tr("%1 cannot be written: %2").arg(file.fileName(), file.errorString()));
    else
        Q_EMIT finished({});
}

QWidget* TourScript::dialog() const {
    QWidget* front = QApplication::activeModalWidget();
    return front && front != &m_window ? front : nullptr;
}

void TourScript::watchPaint(QWidget* widget) {
    if (m_watched)
        m_watched->removeEventFilter(this);
    m_watched = widget;
    m_paintMs = -1;
    m_sinceWatch.start();
    if (widget)
        widget->installEventFilter(this);
}

bool TourScript::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_watched && event->type() == QEvent::Paint && m_paintMs < 0)
        m_paintMs = m_sinceWatch.elapsed();
    return QObject::eventFilter(watched, event);
}

void TourScript::picture(const QString& name, const QString& theme, qint64 firstPaintMs) {
    QPixmap shot = m_window.grab();
    if (QWidget* front = dialog()) {
        QPixmap card = front->grab();
        QPainter painter(&shot);
        painter.fillRect(m_window.rect(), QColor(0, 0, 0, 90));
        const QRect place(QPoint((m_window.width() - front->width()) / 2, (m_window.height() - front->height()) / 2),
                          front->size());
        painter.drawPixmap(place.topLeft(), card);
        painter.setPen(style::themeOf(&m_window).borderStrong);
        painter.drawRect(place.adjusted(-1, -1, 0, 0));
    }
    const QString file = QStringLiteral("%1-%2.png").arg(name, theme);
    if (!shot.save(QString::fromStdString((m_options.folder / file.toStdString()).string()))) {
        fail(tr("%1 cannot be written").arg(file));
        return;
    }
    m_pages.push_back({{"page", name.toStdString()},
                       {"theme", theme.toStdString()},
                       {"file", file.toStdString()},
                       {"first_paint_ms", firstPaintMs}});
}

int runTour(QApplication& application, EngineStarter starter, ConsoleOptions console, const TourOptions& options) {
    int status = 1;
    {
        application.setQuitOnLastWindowClosed(false);
        QApplication::setCursorFlashTime(0);
        TourScript tour(std::move(starter), console, options);
        QObject::connect(&tour, &TourScript::finished, &application, [&](const QString& problem) {
            if (!problem.isEmpty())
                std::fprintf(stderr, "beatwarden: the tour ended early: %s.\n", qUtf8Printable(problem));
            status = problem.isEmpty() ? 0 : 1;
            application.exit(status);
        });
        tour.start();
        application.exec();
    }
    return status;
}

} // namespace ui::window
