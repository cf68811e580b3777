// What a worker process may send to the engine, and the engine to a worker: a stream of frames with CBOR in them.
// Input: the stream, read in both directions; and once more as the payload of every kind of frame.

#include "core/worker/Cbor.h"
#include "core/worker/Messages.h"
#include "tests/fuzz/Target.h"

#include <algorithm>

using core::base::Json;
using core::base::Result;
using core::worker::Direction;
using core::worker::FrameKind;
using core::worker::FrameReader;
using tests::fuzz::holds;
using tests::fuzz::same;

namespace {

/// Beyond this a message that was repaired may be too long to be written again.
constexpr size_t kRewritten = 8 * 1024;

struct Stream {
    std::vector<std::pair<FrameKind, std::string>> frames;
    bool lost = false;

    bool operator==(const Stream&) const = default;
};

Stream readInPieces(std::string_view bytes, Direction direction, size_t piece) {
    Stream stream;
    FrameReader reader(direction);
    for (size_t at = 0; at < bytes.size() && !stream.lost; at += piece) {
        reader.feed(bytes.substr(at, piece));
        auto next = reader.next();
        for (; next && *next; next = reader.next())
            stream.frames.emplace_back((*next)->kind, std::string((*next)->payload));
        stream.lost = !next;
    }
    return stream;
}

/// Whether what was understood is what was said: objects may have said more.
bool isPartOf(const Json& understood, const Json& said) {
    if (understood.is_object() && said.is_object())
        return std::all_of(understood.items().begin(), understood.items().end(), [&](const auto& member) {
            return said.contains(member.key()) && isPartOf(member.value(), said[member.key()]);
        });
    if (understood.is_array() && said.is_array())
        return std::equal(understood.begin(), understood.end(), said.begin(), said.end(), isPartOf);
    return same(understood, said);
}

std::string_view payloadOf(const std::string& frame) {
    return std::string_view(frame).substr(core::worker::kFrameHeader);
}

Result<std::string> written(Result<std::string> frame) {
    return frame;
}

template <class Message>
Result<std::string> rewritten(const Message& message) {
    return written(core::worker::encode(message));
}

/// A payload that was understood is written, and read, and written again: the same bytes.
template <class Message>
void survives(Result<Message> (*decode)(std::string_view), std::string_view payload) {
    const auto message = decode(payload);
    if (!message)
        return tests::fuzz::isExplained(message.error());
    if (payload.size() > kRewritten)
        return;
    const auto frame = rewritten(*message);
    holds(bool(frame), "what was understood can be written");
    const auto back = decode(payloadOf(*frame));
    holds(bool(back), "what was written is understood", back ? "" : back.error().message);
    holds(rewritten(*back).value_or("") == *frame, "what was written is the same after it was read");
}

void outcomeIsWhatWasSaid(std::string_view payload) {
    const auto message = core::worker::decodeOutcome(payload);
    if (message && message->outcome)
        holds(isPartOf(core::task::toJson(*message->outcome),
                       (*core::worker::fromCbor(payload, core::worker::kMaxFrameDepth))["outcome"]),
              "an outcome holds what the worker said");
}

void everyMessage(std::string_view payload) {
    using namespace core::worker;
    survives(decodeRun, payload);
    survives(decodeCancel, payload);
    survives(decodeHello, payload);
    survives(decodeHeartbeat, payload);
    survives(decodeProgress, payload);
    survives(decodeLog, payload);
    survives(decodeOutcome, payload);
    survives(decodeReturned, payload);
    outcomeIsWhatWasSaid(payload);
    if (const auto empty = decodeEmpty(FrameKind::Exit, payload); !empty)
        tests::fuzz::isExplained(empty.error());
}

/// The JSON library's own reader as the oracle; it is not for foreign bytes because it recurses as deep as they say.
void agreesWithTheLibrary(std::string_view bytes) {
    using namespace core::worker;
    const auto json = fromCbor(bytes, kMaxFrameDepth);
    if (!json)
        return tests::fuzz::isExplained(json.error());
    holds(depthOf(*json) <= kMaxFrameDepth, "nothing nests deeper than allowed");
    const Json theirs = Json::from_cbor(bytes, true, false);
    holds(!theirs.is_discarded(), "the library accepts it too");
    if (const auto repaired = fromCbor(toCbor(theirs), kMaxFrameDepth))
        holds(same(*json, *repaired), "the library reads the same");
    holds(same(fromCbor(toCbor(*json), kMaxFrameDepth).value_or(Json("lost")), *json), "a value survives");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    const std::string_view input = tests::fuzz::textOf(bytes, size);
    for (const Direction direction : {Direction::EngineToWorker, Direction::WorkerToEngine}) {
        const Stream whole = readInPieces(input, direction, std::max<size_t>(size, 1));
        holds(whole == readInPieces(input, direction, 1), "a stream is cut the same, byte by byte");
        holds(whole == readInPieces(input, direction, 7), "a stream is cut the same, in pieces");
        for (const auto& [kind, payload] : whole.frames) {
            holds(payload.size() <= core::worker::payloadLimit(kind), "no frame is over its limit");
            everyMessage(payload);
        }
    }
    everyMessage(input);
    agreesWithTheLibrary(input);
    return 0;
}
