#pragma once

#include "core/programme/Programme.h"

#include <vector>

namespace core::programme {

/// What a family-medicine programme begins with: kinds of work with their clock hours, services with what they need,
/// and protected time. Ids are left empty; the caller gives them.

std::vector<Rotation> defaultRotations();

/// The services for a programme of so many residents; `rotations` are those of `defaultRotations`. Teams grow with the
/// residents: one ward team for each 18. Services whose residents a small programme cannot spare are left out.
std::vector<Requirement> defaultRequirements(const std::vector<Rotation>& rotations, int residents);

/// Protected half-days a week by role: administration for all but adjuncts, research for the first two core faculty,
/// journal club for all core faculty.
std::vector<Commitment> defaultCommitments(const std::vector<Person>& people);

/// Position of the rotation with this abbreviation, -1 if there is none.
int rotationNamed(const std::vector<Rotation>& rotations, std::string_view abbreviation);

/// One service that takes residents for a whole block.
struct BlockService {
    const char* rotation;
    enum class Eligible { Interns, Seniors, Anyone } eligible;
};

/// The block services that so many residents can staff, in the order of their importance, one entry a resident.
std::vector<BlockService> blockServices(int residents);

/// Ward teams of a programme of this size.
int wardTeams(int residents);

/// Residents that the continuity clinic needs in each of its half-days.
int clinicResidents(int residents);

} // namespace core::programme
