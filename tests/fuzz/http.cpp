// A request of the HTTP API behind the reader of the HTTP library: gate, address, body, router and handlers.
// Input: method and target on the first line, headers on the next, then an empty line and the body.

#include "core/api/Gate.h"
#include "core/api/Problem.h"
#include "core/api/Router.h"
#include "core/base/Log.h"
#include "tests/fuzz/Target.h"
#include "tests/support/FakeEngine.h"

#include <algorithm>

using core::api::Door;
using core::api::GateRules;
using core::api::Request;
using core::api::RequestHead;
using core::api::Response;
using core::base::Json;
using tests::fuzz::holds;

namespace {

const GateRules kRules{8765, std::string(64, 'a'), {"http://console.example"}};

/// The router is made once; the engine behind it is a new one for every request.
struct Server {
    std::optional<tests::FakeEngine> engine = std::optional<tests::FakeEngine>(std::in_place);
    core::api::Router router{*engine};
};

/// A task that waits, one that has ended, an entry of the schedule.
void fill(tests::FakeEngine& engine) {
    const core::engine::Actor actor{"fuzz", "system"};
    core::engine::Submission submission;
    submission.type = "test_echo";
    (void)engine.submit(submission, actor);
    if (const auto ended = engine.submit(submission, actor))
        engine.finish(ended->id.text, core::task::TaskState::Failure, {{"days", 90}});
    core::task::Schedule schedule;
    schedule.name = "nightly";
    schedule.type = "test_echo";
    schedule.cron = "0 2 * * *";
    (void)engine.schedules().add(schedule, actor);
    engine.setProgrammePresent();
}

RequestHead headOf(std::string_view& input) {
    RequestHead head;
    std::string_view line = tests::fuzz::takeLine(input);
    const size_t space = line.find(' ');
    head.method = line.substr(0, space);
    head.target = space == std::string_view::npos ? "" : line.substr(space + 1);
    for (line = tests::fuzz::takeLine(input); !line.empty(); line = tests::fuzz::takeLine(input)) {
        const size_t colon = std::min(line.find(": "), line.size());
        const std::string_view name = line.substr(0, colon);
        const std::string value(line.substr(std::min(colon + 2, line.size())));
        for (const auto& [wanted, values] :
             {std::pair("Host", &head.host), {"Origin", &head.origin}, {"Authorization", &head.authorization},
              {"Content-Type", &head.contentType}, {"Sec-Fetch-Site", &head.fetchSite}, {"X-Beatwarden-Actor", &head.actor}})
            if (name == wanted)
                values->push_back(value);
    }
    return head;
}

/// Who may come in, said once more from what is written about the gate.
bool mayComeIn(const RequestHead& head, Door door) {
    const auto only = [](const std::vector<std::string>& values, const std::vector<std::string>& allowed) {
        return std::all_of(values.begin(), values.end(), [&](const std::string& value) {
            return std::find(allowed.begin(), allowed.end(), value) != allowed.end();
        });
    };
    const bool json = head.contentType.size() == 1 && head.contentType[0].size() >= 16 &&
                      std::equal(head.contentType[0].begin(), head.contentType[0].begin() + 16, "application/json",
                                 [](unsigned char a, char b) { return std::tolower(a) == b; });
    return head.host.size() == 1 && only(head.host, {"127.0.0.1:8765", "localhost:8765", "[::1]:8765"}) &&
           only(head.origin, kRules.allowedOrigins) && only(head.fetchSite, {"none", "same-origin"}) &&
           (door == Door::Open || head.authorization == std::vector{"Bearer " + kRules.token}) &&
           (head.method != "POST" || json);
}

void isSound(const Response& response) {
    holds(response.status != 500, "no request makes a handler throw", response.body());
    holds(core::base::parseJson(response.body(), 64).has_value(), "an answer is JSON", response.body());
    if (response.succeeded())
        return;
    holds(response.contentType == "application/problem+json" && response.document.value("status", 0) == response.status &&
              !response.document.value("detail", "").empty() && response.document.contains("code"),
          "a refusal is a problem document", response.body());
    holds(response.status >= 400 && std::string_view(core::api::titleOf(response.status)).size() > 2,
          "a refusal has a status with a name", response.body());
}

void addressSurvives(const Request& request) {
    RequestHead head;
    head.method = core::api::toText(request.method);
    head.target = core::api::targetOf(request);
    const auto again = core::api::requestOf(head);
    holds(again && again->path == request.path && again->query == request.query, "an address is the same after it was written",
          head.target);
}

void answer(Server& server, const RequestHead& head, std::string_view body) {
    const std::string path = head.target.substr(0, head.target.find('?'));
    const auto* route = server.router.find(core::api::methodOf(head).value_or(core::api::Method::Get), path);
    const Door door = route && route->access == core::api::Access::Open ? Door::Open : Door::Token;
    const auto refused = core::api::refuse(head, kRules, door);
    if (mayComeIn(head, door) == refused.has_value())
        holds(refused && refused->status == 415, "the gate lets in who may come in, and nobody else", head.target);
    if (refused)
        return isSound(*refused);
    if (!core::api::methodOf(head))
        return;
    auto request = core::api::requestOf(head);
    if (!request)
        return isSound(core::api::problem(request.error()));
    addressSurvives(*request);
    if (!body.empty()) {
        auto json = core::base::parseJson(body);
        if (!json)
            return isSound(core::api::problem(json.error()));
        request->body = std::move(*json);
    }
    std::stop_source stopping; // so that nobody waits
    stopping.request_stop();
    request->stop = stopping.get_token();
    server.engine.emplace();
    fill(*server.engine);
    isSound(server.router.handle(*request));
    if (request->method != core::api::Method::Get) // a second time it finds what the first has left
        isSound(server.router.handle(*request));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    static Server server; // its tables are the same for every input, and making them takes longer than the rest
    std::string_view input = tests::fuzz::textOf(bytes, size);
    const RequestHead head = headOf(input);
    answer(server, head, input);
    return 0;
}
