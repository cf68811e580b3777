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
    : m_starter(std::move(starter)), m_options(options) {
    m_actor.name = options.actor.isEmpty() ? loginName() : options.actor.toStdString();
    m_actor.type = "human";
    m_pool.setMaxThreadCount(1);
}

EngineHolder::~EngineHolder() {
    m_pool.waitForDone();
}

void EngineHolder::start() {
    m_pool.start([this] { startHere(); });
}

void EngineHolder::restore(const std::filesystem::path& copy) {
    m_pool.start([this, copy] {
        if (const auto restored = m_options.restore(copy); !restored)
            fail(restored.error());
        else
            startHere();
    });
}

/// On the thread of the pool, as the next.
void EngineHolder::startHere() {
    auto result = m_starter();
    if (!result) {
        fail(result.error());
        return;
    }
    auto running = std::make_shared<Running>();
    running->engine = std::move(*result);
    if (m_options.companions)
        running->companions = m_options.companions(*running->engine);
    QMetaObject::invokeMethod(this, [this, running] { take(running); });
}

void EngineHolder::fail(const core::base::Error& error) {
    StartFailure failure{error, {}};
    if (error.code == core::base::ErrorCode::Corrupt && m_options.restore)
        failure.offer = core::engine::newestGoodCopy(m_options.dataDirectory);
    QMetaObject::invokeMethod(this, [this, failure] { Q_EMIT failed(failure); });
}

void EngineHolder::take(std::shared_ptr<Running> running) {
    m_running = std::move(running);
    Q_EMIT started(*m_running->engine);
}

} // namespace ui::window
