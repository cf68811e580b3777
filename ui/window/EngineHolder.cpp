#include "ui/window/EngineHolder.h"

#include <cstdlib>
#include <pwd.h>
#include <unistd.h>

namespace ui::window {

namespace {

std::string loginName() {
    if (const passwd* entry = getpwuid(getuid()); entry && entry->pw_name && *entry->pw_name)
        return entry->pw_name;
    return "operator";
}

} // namespace

EngineHolder::EngineHolder(EngineStarter starter, const ConsoleOptions& options)
    : m_starter(std::move(starter)), m_companions(options.companions) {
    m_actor.name = options.actor.isEmpty() ? loginName() : options.actor.toStdString();
    m_actor.type = "human";
    m_pool.setMaxThreadCount(1);
}

EngineHolder::~EngineHolder() {
    m_pool.waitForDone();
}

void EngineHolder::start() {
    m_pool.start([this] {
        auto result = m_starter();
        if (!result) {
            QMetaObject::invokeMethod(this, [this, error = result.error()] { Q_EMIT failed(error); });
            return;
        }
        auto running = std::make_shared<Running>();
        running->engine = std::move(*result);
        if (m_companions)
            running->companions = m_companions(*running->engine);
        QMetaObject::invokeMethod(this, [this, running] { take(running); });
    });
}

void EngineHolder::take(std::shared_ptr<Running> running) {
    m_running = std::move(running);
    Q_EMIT started(*m_running->engine);
}

} // namespace ui::window
