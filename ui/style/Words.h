#pragma once

#include "core/base/Result.h"
#include "core/engine/Services.h"
#include "core/task/Task.h"
#include "core/task/TaskType.h"

#include <QString>

namespace ui::style {

/// The words on screen for the codes of the engine, and the icons that go with them.
QString word(core::task::TaskState state);
QString word(core::task::FailureReason reason);
QString word(core::worker::WorkerState state);
QString word(core::task::CatchUp policy);
QString word(core::task::Overlap policy);
QString iconName(core::task::TaskState state);
/// What a state means, for tooltips.
QString meaning(core::task::TaskState state);
QString meaning(core::task::CatchUp policy);
QString meaning(core::task::Overlap policy);
/// `resilience_contingency` → the type's title, or the id itself when the type is not known here.
QString titleOf(const core::task::TaskType* type, const std::string& id);
/// The first eight and the last four characters: enough to tell tasks apart.
QString shortId(const std::string& id);
/// When an entry fires, in the words of the core: `At 02:00 every day, 12 s later`.
QString scheduleWords(const core::engine::ScheduleEntry& entry);
/// With its first letter in upper case.
QString capitalised(QString text);
/// `healthy` → `Healthy`, `service_reduction` → `Service reduction`.
QString sentence(const std::string& code);
/// Message and remedy as sentences.
QString errorText(const core::base::Error& error);

} // namespace ui::style
