#pragma once

#include "core/base/Json.h"

#include <QString>
#include <QStringList>

#include <string>

namespace ui::dialogs {

/// What a key of a schedule's document is called on screen: `cron` → `Cron expression`.
QString titleOfKey(const std::string& key);
/// How the value of a key reads; null is its default, said in words.
QString valueOfKey(const std::string& key, const core::base::Json& value);
/// `Cron expression:  0 * * * *  →  15 * * * *`: a line for every key in which two documents differ.
QStringList differenceLines(const core::base::Json& before, const core::base::Json& after);

} // namespace ui::dialogs
