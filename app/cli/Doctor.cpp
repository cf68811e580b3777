#include "app/cli/Doctor.h"

#include "app/Composition.h"
#include "app/cli/Text.h"
#include "core/engine/Doctor.h"

#include <algorithm>

namespace app::cli {

using core::base::Json;
using core::engine::Finding;
using core::engine::Verdict;

namespace {

void printFindings(std::ostream& out, const Json& document) {
    size_t width = 0;
    for (const Json& check : document["checks"])
        width = std::max(width, cell(check, "name").size());
    for (const Json& check : document["checks"]) {
        std::string name = cell(check, "name"), status = cell(check, "status");
        name.resize(width, ' ');
        status.resize(4, ' ');
        out << status << "  " << name << "  " << plain(cell(check, "detail"));
        if (check["remedy"].is_string())
            out << ". " << plain(cell(check, "remedy"));
        out << ".\n";
    }
}

} // namespace

Outcome showDoctor(Session& session) {
    const auto findings =
        core::engine::examine({session.options().dataDirectory, findWorkerProgram(), session.clock()});
    Verdict worst = Verdict::Ok;
    Json checks = Json::array();
    for (const Finding& finding : findings) {
        worst = std::max(worst, finding.verdict);
        checks.push_back({{"name", finding.check},
                          {"status", toText(finding.verdict)},
                          {"detail", finding.detail},
                          {"remedy", finding.remedy.empty() ? Json() : Json(finding.remedy)}});
    }
    session.show({{"status", toText(worst)}, {"checks", checks}}, printFindings);
    return worst == Verdict::Fail ? ExitStatus::Failed : ExitStatus::Done;
}

} // namespace app::cli
