#include "ui/dialogs/ScheduleForm.h"

#include "core/base/AtField.h"
#include "ui/dialogs/Dialog.h"
#include "ui/dialogs/FieldGrid.h"
#include "ui/dialogs/InstantField.h"
#include "ui/dialogs/ScheduleTexts.h"
#include "ui/dialogs/SchemaForm.h"
#include "ui/dialogs/SpanField.h"
#include "ui/style/Appearance.h"
#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QRadioButton>
#include <QSpinBox>
#include <QTimeZone>
#include <QVBoxLayout>

namespace ui::dialogs {

using core::base::Json;
using core::task::CatchUp;
using core::task::Overlap;
using core::task::Schedule;
using style::toQString;

namespace {
const std::string kParamsPrefix = "params.";
}

ScheduleForm::ScheduleForm(const core::task::TaskRegistry& types, Name name, QWidget* parent)
    : QWidget(parent), m_types(types), m_fields(new FieldGrid(this)), m_name(new QLineEdit), m_cron(new QLineEdit),
      m_type(new QComboBox), m_zone(makeZone()), m_kind(new QButtonGroup(this)), m_every(new SpanField({})),
      m_maxLateness(new SpanField(tr("as usual"))), m_expires(new SpanField(tr("never"))), m_once(new InstantField),
      m_starts(new InstantField), m_ends(new InstantField), m_enabled(new QCheckBox(tr("It fires"))),
      m_spread(new QSpinBox), m_priority(new QSpinBox), m_paramsHolder(new QWidget) {
    addWhatRuns(name);
    addWhen();
    addHow();
    m_fields->setRowStretch(m_fields->rowCount(), 1);
    for (QLineEdit* line : {m_name, m_cron, static_cast<QLineEdit*>(m_once), static_cast<QLineEdit*>(m_starts),
                            static_cast<QLineEdit*>(m_ends)})
        connect(line, &QLineEdit::textChanged, this, &ScheduleForm::edited);
    for (QComboBox* choice : {m_catchUp, m_overlap})
        connect(choice, &QComboBox::currentIndexChanged, this, &ScheduleForm::edited);
    for (SpanField* span : {m_every, m_maxLateness, m_expires})
        connect(span, &SpanField::changed, this, &ScheduleForm::edited);
    for (QSpinBox* number : {m_spread, m_priority})
        connect(number, &QSpinBox::valueChanged, this, &ScheduleForm::edited);
    connect(m_zone, &QComboBox::currentTextChanged, this, &ScheduleForm::edited);
    connect(m_enabled, &QCheckBox::toggled, this, &ScheduleForm::edited);
    connect(m_kind, &QButtonGroup::idToggled, this, [this](int, bool on) {
        if (!on)
            return;
        showKind();
        Q_EMIT edited();
    });
    connect(m_type, &QComboBox::currentIndexChanged, this, [this] {
        showType();
        Q_EMIT edited();
    });
    for (QComboBox* choice : {m_type, m_catchUp, m_overlap}) {
        choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        choice->setMinimumContentsLength(24);
    }
    setSchedule({});
}

void ScheduleForm::addWhatRuns(Name name) {
    m_fields->addTitle(tr("What runs"));
    m_name->setReadOnly(name == Name::Fixed);
    m_name->setPlaceholderText(tr("morning-check"));
    m_fields->addField({"name", titleOfKey("name"), m_name, tr("Letters, digits, '-', '_' and '.'; it stays"), {},
                        FieldGrid::Need::Required});
    for (const std::string& id : m_types.ids())
        if (m_types.find(id)->danger == core::task::DangerLevel::None) // those are a person's to start
            m_type->addItem(tr("%1  —  %2").arg(style::titleOf(m_types.find(id), id), toQString(id)), toQString(id));
    m_fields->addField({"type", titleOfKey("type"), m_type, tr("What each firing starts"), {}, FieldGrid::Need::Required});
    auto* holder = new QVBoxLayout(m_paramsHolder);
    holder->setContentsMargins(0, 0, 0, 0);
    const int row = m_fields->rowCount();
    QLabel* label = plainLabel(titleOfKey("params"));
    label->setContentsMargins(0, 6, 0, 0);
    m_fields->addWidget(label, row, 0, Qt::AlignTop | Qt::AlignLeft);
    m_fields->addWidget(m_paramsHolder, row, 1);
}

QWidget* ScheduleForm::makeKinds() {
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 4, 0, 4);
    row->setSpacing(16);
    for (const auto& [kind, text] : {std::pair(Cron, tr("By a cron expression")), {Every, tr("At an interval")}, {Once, tr("Once")}}) {
        auto* choice = new QRadioButton(text);
        m_kind->addButton(choice, kind);
        row->addWidget(choice);
    }
    row->addStretch(1);
    return box;
}

QComboBox* ScheduleForm::makeZone() {
    auto* zone = new QComboBox;
    QStringList names;
    for (const QByteArray& name : QTimeZone::availableTimeZoneIds())
        if (!name.startsWith("UTC+") && !name.startsWith("UTC-"))
            names << QString::fromLatin1(name);
    names.sort();
    zone->setEditable(true);
    zone->setInsertPolicy(QComboBox::NoInsert);
    zone->addItems(names);
    zone->completer()->setCompletionMode(QCompleter::PopupCompletion);
    zone->completer()->setFilterMode(Qt::MatchContains);
    zone->completer()->setCaseSensitivity(Qt::CaseInsensitive);
    zone->setFixedWidth(260);
    return zone;
}

void ScheduleForm::addWhen() {
    m_fields->addTitle(tr("When"));
    m_fields->addField({"kind", tr("Fires"), makeKinds(), tr("How its instants are said"), {}});
    m_cron->setFont(style::monospaceFont(m_cron->font()));
    m_cron->setPlaceholderText(QStringLiteral("0 2 * * 1-5"));
    m_cron->setFixedWidth(260);
    m_fields->addField({"cron", titleOfKey("cron"), m_cron, tr("Minute, hour, day of the month, month, day of the week"),
                        tr("Minute, hour, day of the month, month, day of the week"), FieldGrid::Need::Required});
    m_fields->addField({"every_seconds", titleOfKey("every_seconds"), m_every, tr("Elapsed time, whatever the clock says"),
                        tr("Elapsed time, whatever the clock says"), FieldGrid::Need::Required});
    m_fields->addField({"once_at", tr("At"), m_once, tr("The only instant, in the time zone below"), {},
                        FieldGrid::Need::Required});
    m_fields->addField({"zone", titleOfKey("zone"), m_zone, tr("An IANA name, of the expression and of the times below"),
                        tr("An IANA name; type any part of it")});
    m_fields->addField({"starts_at", titleOfKey("starts_at"), m_starts, tr("Nothing fires before"), {}});
    m_fields->addField({"ends_at", titleOfKey("ends_at"), m_ends, tr("Nothing fires after"), {}});
    m_fields->addField({"enabled", titleOfKey("enabled"), m_enabled, tr("Whether it fires at all"), {}});
}

template <class Policy>
QComboBox* ScheduleForm::makePolicies(std::initializer_list<Policy> policies) {
    auto* choice = new QComboBox;
    for (const Policy policy : policies)
        choice->addItem(tr("%1: %2").arg(style::word(policy), style::meaning(policy)), int(policy));
    return choice;
}

void ScheduleForm::addHow() {
    m_fields->addTitle(tr("How"));
    m_catchUp = makePolicies({CatchUp::One, CatchUp::None, CatchUp::All});
    m_overlap = makePolicies({Overlap::Skip, Overlap::QueueOne, Overlap::Allow, Overlap::CancelOld});
    m_spread->setRange(0, 30);
    m_spread->setSuffix(tr(" s"));
    m_spread->setSpecialValueText(tr("none"));
    m_spread->setMaximumWidth(180);
    m_priority->setRange(core::task::kLowestPriority - 1, core::task::kHighestPriority);
    m_priority->setSpecialValueText(tr("5, as usual"));
    m_priority->setMaximumWidth(180);
    m_fields->addField({"catch_up", titleOfKey("catch_up"), m_catchUp,
                        tr("What happens to instants that passed while nobody could fire them"), {}});
    m_fields->addField({"max_lateness_seconds", titleOfKey("max_lateness_seconds"), m_maxLateness,
                        tr("An instant later than this never fires; usually until the next one, 24 h at most"), {}});
    m_fields->addField({"overlap", titleOfKey("overlap"), m_overlap,
                        tr("What happens when the task before has not ended"), {}});
    m_fields->addField({"expires_seconds", titleOfKey("expires_seconds"), m_expires,
                        tr("A task that has not begun so long after its instant is not run"), {}});
    m_fields->addField({"spread_seconds", titleOfKey("spread_seconds"), m_spread,
                        tr("Shifts its firings by up to so much, ever the same, so that entries of one instant do not "
                           "begin together"), {}});
    m_fields->addField({"priority", titleOfKey("priority"), m_priority, tr("Of its tasks: 0 runs last, 9 first"), {}});
}

void ScheduleForm::chooseType(const std::string& type) {
    if (type.empty())
        return;
    const core::task::TaskType* known = m_types.find(type);
    const QString id = toQString(known ? known->id : type);
    if (m_type->findData(id) < 0)
        m_type->addItem(known ? tr("%1  —  %2").arg(style::titleOf(known, type), id) : tr("%1 (not installed)").arg(id), id);
    m_type->setCurrentIndex(m_type->findData(id));
}

/// Shows the parameters of the chosen type, with what was typed for it before.
void ScheduleForm::showType() {
    if (m_params && !m_shownType.empty())
        m_paramsOf[m_shownType] = m_params->values();
    m_shownType = m_type->currentData().toString().toStdString();
    const core::task::TaskType* type = m_types.find(m_shownType);
    delete std::exchange(m_params, new SchemaForm(type ? type->parameters : core::task::ParameterSchema()));
    m_paramsHolder->layout()->addWidget(m_params);
    if (const auto typed = m_paramsOf.find(m_shownType); typed != m_paramsOf.end())
        m_params->setValues(typed->second);
    connect(m_params, &SchemaForm::edited, this, &ScheduleForm::edited);
}

void ScheduleForm::showKind() {
    m_fields->showField("cron", m_kind->checkedId() == Cron);
    m_fields->showField("every_seconds", m_kind->checkedId() == Every);
    m_fields->showField("once_at", m_kind->checkedId() == Once);
}

core::base::Zone ScheduleForm::zone() const {
    return core::base::Zone::find(m_zone->currentText().trimmed().toStdString()).value_or(core::base::Zone::utc());
}

void ScheduleForm::setSchedule(const Schedule& schedule) {
    const QSignalBlocker quiet(this);
    m_given = schedule;
    m_name->setText(toQString(schedule.name));
    m_zone->setCurrentText(toQString(schedule.zone));
    chooseType(schedule.type);
    showType();
    if (!schedule.type.empty()) {
        Json values = schedule.params;
        if (const core::task::TaskType* type = m_types.find(schedule.type))
            if (const auto whole = type->parameters.validate(schedule.params))
                values = *whole; // with the defaults that hold for what it does not name
        m_params->setValues(values);
    }
    m_cron->setText(toQString(schedule.cron));
    m_every->setValue(schedule.every.count() > 0 ? schedule.every : core::base::seconds(3'600));
    m_once->setValue(schedule.once, zone());
    m_starts->setValue(schedule.starts, zone());
    m_ends->setValue(schedule.ends, zone());
    m_enabled->setChecked(schedule.enabled);
    m_catchUp->setCurrentIndex(m_catchUp->findData(int(schedule.catchUp)));
    m_maxLateness->setValue(schedule.maxLateness);
    m_overlap->setCurrentIndex(m_overlap->findData(int(schedule.overlap)));
    m_expires->setValue(schedule.expires);
    m_spread->setValue(int(schedule.spread.count()));
    m_priority->setValue(schedule.priority.value_or(m_priority->minimum()));
    m_kind->button(schedule.once ? Once : schedule.every.count() > 0 ? Every : Cron)->setChecked(true);
    showKind();
}

void ScheduleForm::readInstant(const InstantField* field, std::optional<core::base::Instant>& into) const {
    if (const auto value = field->value(zone()))
        into = *value;
}

/// As they were given when they still say the same: a default that the form shows is no change.
Json ScheduleForm::params() const {
    const Json typed = m_params->values();
    const core::task::TaskType* type = m_types.find(m_shownType);
    const core::task::TaskType* given = m_types.find(m_given.type);
    if (!type || type != given)
        return type ? typed : m_given.params;
    const auto now = type->parameters.validate(typed), before = type->parameters.validate(m_given.params);
    return now && before && *now == *before ? m_given.params : typed;
}

Schedule ScheduleForm::schedule() const {
    Schedule schedule;
    schedule.name = m_name->text().trimmed().toStdString();
    schedule.type = m_shownType;
    schedule.params = params();
    schedule.zone = m_zone->currentText().trimmed().toStdString();
    if (m_kind->checkedId() == Cron)
        schedule.cron = m_cron->text().simplified().toStdString();
    if (m_kind->checkedId() == Every)
        schedule.every = m_every->value().value_or(core::base::seconds(0));
    if (m_kind->checkedId() == Once)
        readInstant(m_once, schedule.once);
    readInstant(m_starts, schedule.starts);
    readInstant(m_ends, schedule.ends);
    schedule.enabled = m_enabled->isChecked();
    schedule.catchUp = CatchUp(m_catchUp->currentData().toInt());
    schedule.maxLateness = m_maxLateness->value();
    schedule.overlap = Overlap(m_overlap->currentData().toInt());
    schedule.expires = m_expires->value();
    schedule.spread = core::base::seconds(m_spread->value());
    if (m_priority->value() >= core::task::kLowestPriority)
        schedule.priority = m_priority->value();
    return schedule;
}

std::vector<core::base::FieldError> ScheduleForm::unreadable() const {
    std::vector<core::base::FieldError> errors;
    std::vector<std::pair<const char*, const InstantField*>> instants{{"starts_at", m_starts}, {"ends_at", m_ends}};
    if (m_kind->checkedId() == Once)
        instants.emplace_back("once_at", m_once);
    for (const auto& [key, field] : instants)
        if (const auto value = field->value(zone()); !value)
            errors.push_back(core::base::atField(value.error(), key).fields.front());
    if (m_kind->checkedId() == Once && m_once->text().trimmed().isEmpty())
        errors.push_back({"once_at", tr("There is no date and time. Write them like 2026-11-20 08:15").toStdString()});
    return errors;
}

void ScheduleForm::focusFirstError() {
    if (!m_fields->focusFirstError())
        m_params->focusFirstError();
}

std::vector<core::base::FieldError> ScheduleForm::showErrors(const std::vector<core::base::FieldError>& errors) {
    std::vector<core::base::FieldError> ofParams, others;
    for (const core::base::FieldError& error : errors)
        if (error.field.starts_with(kParamsPrefix))
            ofParams.push_back({error.field.substr(kParamsPrefix.size()), error.message});
        else
            others.push_back(error);
    std::vector<core::base::FieldError> elsewhere = m_fields->showErrors(others);
    for (core::base::FieldError& error : m_params->showErrors(ofParams))
        elsewhere.push_back(std::move(error));
    showKind(); // hidden fields complain in silence
    return elsewhere;
}

} // namespace ui::dialogs
