#include "ui/dialogs/InstantField.h"

#include "ui/style/Format.h"

namespace ui::dialogs {

using core::base::Error;
using core::base::ErrorCode;
using core::base::Instant;
using core::base::Result;
using core::base::Zone;

InstantField::InstantField(QWidget* parent) : QLineEdit(parent) {
    setPlaceholderText(tr("YYYY-MM-DD HH:MM, empty for none"));
    setFixedWidth(260);
}

void InstantField::setValue(std::optional<Instant> value, const Zone& zone) {
    if (!value) {
        clear();
        return;
    }
    const auto local = std::chrono::floor<core::base::seconds>(zone.toLocal(*value));
    if (zone.toInstant(local) != *value) { // in a repeated hour, or with milliseconds: only so it is exact
        setText(style::toQString(core::base::formatInstant(*value)));
        return;
    }
    const std::string iso = core::base::formatInstant(Instant(local.time_since_epoch()));
    setText(style::toQString(iso.substr(0, 10) + " " + iso.substr(11, iso.substr(17, 2) == "00" ? 5 : 8)));
}

Result<std::optional<Instant>> InstantField::value(const Zone& zone) const {
    const std::string text = this->text().trimmed().toStdString();
    if (text.empty())
        return std::optional<Instant>();
    if (const auto exact = core::base::parseInstant(text))
        return std::optional(*exact);
    std::string local = text;
    std::replace(local.begin(), local.end(), ' ', 'T');
    const auto asUtc = core::base::parseInstant(local + "Z");
    if (!asUtc)
        return Error{ErrorCode::InvalidParams, tr("'%1' is no date and time").arg(this->text().trimmed()).toStdString(),
                     tr("Write it like 2026-11-20 08:15").toStdString(), {}};
    return std::optional(zone.toInstant(std::chrono::local_time<core::base::milliseconds>(asUtc->time_since_epoch())));
}

} // namespace ui::dialogs
