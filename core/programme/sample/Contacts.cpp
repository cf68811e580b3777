#include "core/programme/sample/Contacts.h"

#include <algorithm>

namespace core::programme::sample {

void makeContacts(const Draft& draft, Founding& founding) {
    Random chance = draft.chance(Step::Contacts);
    founding.contacts = {
        {chance.uuid(), "Operations Desk", "operations@example.test", UserRole::Admin, true, true},
        {chance.uuid(), "Programme Coordinator", "coordinator@example.test", UserRole::Coordinator, true, true},
        {chance.uuid(), "Assistant Coordinator", "assistant.coordinator@example.test", UserRole::Coordinator, false, true}};
    const auto& people = draft.programme.people;
    const auto director = std::find_if(people.begin(), people.end(),
                                       [](const Person& person) { return person.role == FacultyRole::Pd; });
    if (director != people.end())
        founding.contacts.push_back({chance.uuid(), director->name, director->email, UserRole::Admin, true, true});
}

} // namespace core::programme::sample
