#pragma once

#include "core/engine/Engine.h"

#include <QObject>
#include <QPointer>
#include <QThreadPool>

#include <memory>
#include <type_traits>
#include <utility>

namespace ui::models {

/// Thread: gui. The only way from the window to the engine's services: the question runs on a thread of the pool, the
/// answer comes back as an event of the gui thread, and only while the asker still exists. The destructor waits for
/// questions under way.
class EngineCalls : public QObject {
    Q_OBJECT
  public:
    explicit EngineCalls(core::engine::Engine& engine, QObject* parent = nullptr);
    ~EngineCalls() override;

    /// `fn(Engine&)` off the gui thread, then `then(its result)` on it. Both are copied.
    template <class Fn, class Then>
    void call(QObject* asker, Fn fn, Then then) {
        using Answer = std::invoke_result_t<Fn, core::engine::Engine&>;
        m_pool.start([this, asker = QPointer<QObject>(asker), fn = std::move(fn), then = std::move(then)]() mutable {
            auto answer = std::make_shared<Answer>(fn(m_engine));
            QMetaObject::invokeMethod(
                this,
                [asker, then = std::move(then), answer]() mutable {
                    if (asker)
                        then(std::move(*answer));
                },
                Qt::QueuedConnection);
        });
    }

  private:
    core::engine::Engine& m_engine;
    QThreadPool m_pool;
};

} // namespace ui::models
