#include "core/programme/Rotation.h"

#include "core/programme/Words.h"

namespace core::programme {

namespace {

constexpr Word<RotationType> kRotationTypes[] = {
    {RotationType::Inpatient, "inpatient"}, {RotationType::Outpatient, "outpatient"},
    {RotationType::Education, "education"}, {RotationType::Conference, "conference"},
    {RotationType::Lecture, "lecture"},     {RotationType::Off, "off"},
    {RotationType::Absence, "absence"},     {RotationType::Recovery, "recovery"}};

} // namespace

const char* toText(RotationType type) {
    return wordOf(kRotationTypes, type);
}

std::optional<RotationType> rotationTypeFromText(std::string_view text) {
    return valueOf(kRotationTypes, text);
}

} // namespace core::programme
