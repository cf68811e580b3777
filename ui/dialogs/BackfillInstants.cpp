#include "ui/dialogs/BackfillInstants.h"

#include "ui/style/Format.h"
#include "ui/style/Theme.h"

namespace ui::dialogs {

using core::base::Instant;
using core::engine::InstantState;
using core::engine::JudgedInstant;
using style::toQString;

namespace {

QString word(InstantState state) {
    switch (state) {
    case InstantState::Unrecorded: return BackfillInstants::tr("Not recorded");
    case InstantState::Missed: return BackfillInstants::tr("Missed");
    case InstantState::Overlapped: return BackfillInstants::tr("Overlapped");
    case InstantState::NeverBegun: return BackfillInstants::tr("Never begun");
    case InstantState::Fired: return BackfillInstants::tr("Fired");
    case InstantState::Coming: return BackfillInstants::tr("Still to come");
    case InstantState::Damaged: return BackfillInstants::tr("Not known");
    }
    return {};
}

QString meaning(InstantState state) {
    switch (state) {
    case InstantState::Unrecorded:
        return BackfillInstants::tr("Nothing is known of it: the schedule was not there or disabled,\n"
                                    "or it was passed over together with a later one");
    case InstantState::Missed: return BackfillInstants::tr("Nobody was there in time, or too late");
    case InstantState::Overlapped: return BackfillInstants::tr("The task before had not ended");
    case InstantState::NeverBegun: return BackfillInstants::tr("Its task was revoked, expired or refused before it began");
    case InstantState::Fired: return BackfillInstants::tr("Its task was made");
    case InstantState::Coming: return BackfillInstants::tr("The beat has still to decide about it");
    case InstantState::Damaged: return BackfillInstants::tr("What is recorded of it is damaged");
    }
    return {};
}

QVariant stateDetail(const JudgedInstant& judged, int role) {
    const bool nothing = judged.state == InstantState::Unrecorded;
    switch (role) {
    case models::ToneRole: return int(nothing ? style::Tone::Neutral : style::Tone::Caution);
    case models::IconRole: return nothing ? QStringLiteral("info") : QStringLiteral("warning");
    case Qt::ToolTipRole: return meaning(judged.state);
    default: return {};
    }
}

std::vector<models::Column<JudgedInstant>> instantColumns() {
    using C = models::Column<JudgedInstant>;
    return {
        C{"instant", BackfillInstants::tr("Instant"), 210, models::Align::Left,
          [](const JudgedInstant& judged) { return style::dayAndTime(judged.instant); }, {},
          [](const JudgedInstant& judged, int role) {
              return role == Qt::ToolTipRole ? QVariant(style::exactTime(judged.instant)) : QVariant();
          }},
        C{"state", BackfillInstants::tr("What became of it"), 150, models::Align::Left,
          [](const JudgedInstant& judged) { return word(judged.state); }, {}, stateDetail},
        C{"note", BackfillInstants::tr("As it was recorded"), 240, models::Align::Left,
          [](const JudgedInstant& judged) { return judged.note.empty() ? style::dash() : toQString(judged.note); }, {},
          [](const JudgedInstant& judged, int role) {
              if (role == models::MutedRole)
                  return QVariant(true);
              return role == Qt::ToolTipRole && !judged.note.empty() ? QVariant(toQString(judged.note)) : QVariant();
          }},
    };
}

} // namespace

BackfillInstants::BackfillInstants(QObject* parent)
    : SmallTable(instantColumns(),
                 [](const JudgedInstant& judged) { return toQString(core::base::formatInstant(judged.instant)); }, parent) {}

std::vector<Instant> BackfillInstants::checkedInstants() const {
    std::vector<Instant> checked;
    for (const JudgedInstant& judged : rows())
        if (!m_unchecked.contains(judged.instant))
            checked.push_back(judged.instant);
    return checked;
}

int BackfillInstants::checkedCount() const {
    return int(checkedInstants().size());
}

void BackfillInstants::setAll(Qt::CheckState state) {
    for (const JudgedInstant& judged : rows()) {
        if (state == Qt::Checked)
            m_unchecked.erase(judged.instant);
        else
            m_unchecked.insert(judged.instant);
    }
    if (!rows().empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, 0), {Qt::CheckStateRole});
}

Qt::ItemFlags BackfillInstants::flags(const QModelIndex& index) const {
    const Qt::ItemFlags flags = SmallTable::flags(index);
    return index.isValid() && index.column() == 0 ? flags | Qt::ItemIsUserCheckable : flags;
}

QVariant BackfillInstants::data(const QModelIndex& index, int role) const {
    const JudgedInstant* judged = rowAt(index);
    if (role == Qt::CheckStateRole)
        return judged && index.column() == 0
                   ? QVariant(int(m_unchecked.contains(judged->instant) ? Qt::Unchecked : Qt::Checked))
                   : QVariant();
    return SmallTable::data(index, role);
}

bool BackfillInstants::setData(const QModelIndex& index, const QVariant& value, int role) {
    const JudgedInstant* judged = rowAt(index);
    if (!judged || index.column() != 0 || role != Qt::CheckStateRole)
        return false;
    if (value.toInt() == Qt::Checked)
        m_unchecked.erase(judged->instant);
    else
        m_unchecked.insert(judged->instant);
    Q_EMIT dataChanged(index, index, {Qt::CheckStateRole});
    return true;
}

} // namespace ui::dialogs
