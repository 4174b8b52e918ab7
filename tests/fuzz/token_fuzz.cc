// Page tokens and consistency tokens, as clients send them back: strange and altered ones are
// refused, what was made is read, and there is one spelling of each.
#include <fuzzer/FuzzedDataProvider.h>

#include <string>

#include "platform/base/check.h"
#include "platform/projection/consistency.h"
#include "platform/rpc/page_token.h"
#include "tests/fuzz/fuzz_target.h"

namespace twinledger {
namespace {

store::Cut AnyCut(FuzzedDataProvider& choice) {
  store::Cut cut;
  while (cut.size() < 8 && choice.ConsumeBool()) {
    const char* const stream = choice.ConsumeBool() ? "registry" : "engagement";
    cut[{stream, choice.ConsumeIntegral<std::uint16_t>()}] =
        choice.ConsumeIntegral<std::uint64_t>();
  }
  return cut;
}

// `text`, which is not empty, with one byte of it changed.
std::string Altered(std::string text, FuzzedDataProvider& choice) {
  char& byte = text[choice.ConsumeIntegralInRange<std::size_t>(0, text.size() - 1)];
  byte = static_cast<char>(byte ^ choice.ConsumeIntegralInRange(1, 255));
  return text;
}

void CheckPageTokens(FuzzedDataProvider& choice) {
  static const rpc::PageTokens tokens(std::string(32, 'k'));
  const rpc::PageBinding binding{"Method", choice.ConsumeRandomLengthString(20),
                                 choice.ConsumeRandomLengthString(40)};
  const store::Cut cut = AnyCut(choice);
  const std::string after = choice.ConsumeRandomLengthString(30);
  const std::string made = tokens.Make(binding, cut, after);
  const auto read = tokens.Read(binding, 10, made);
  TL_CHECK(read.ok() && read->after == after && read->cut == cut);
  TL_CHECK(!tokens.Read(binding, 10, Altered(made, choice)).ok());
  // Nor for another question, or where the parts of the question run together.
  TL_CHECK(!tokens.Read({"Method", binding.account + "x", binding.question}, 10, made).ok());
  if (!binding.question.empty()) {
    TL_CHECK(!tokens
                  .Read({"Method", binding.account + binding.question.front(),
                         binding.question.substr(1)},
                        10, made)
                  .ok());
  }
  // A stranger's is not taken, but for the empty one, which asks for the first page.
  const std::string stranger = choice.ConsumeRemainingBytesAsString();
  TL_CHECK(!tokens.Read(binding, 10, stranger).ok() || stranger.empty() || stranger == made);
}

void CheckConsistencyToken(std::string_view text) {
  const auto decoded = projection::DecodeToken(text);
  if (decoded.ok()) TL_CHECK(projection::EncodeToken(*decoded) == text);
}

void CheckMadeConsistencyToken(FuzzedDataProvider& choice) {
  projection::ConsistencyToken token;
  token.partition = {choice.ConsumeRandomLengthString(255),
                     choice.ConsumeIntegral<std::uint16_t>()};
  token.sequence = choice.ConsumeIntegral<std::uint64_t>();
  choice.ConsumeData(token.commit_hash.data(), token.commit_hash.size());
  const std::string made = projection::EncodeToken(token);
  const auto decoded = projection::DecodeToken(made);
  const bool is_one = !token.partition.stream.empty() && token.sequence > 0;
  TL_CHECK(decoded.ok() == is_one && (!is_one || *decoded == token));
  CheckConsistencyToken(Altered(made, choice));
}

}  // namespace
}  // namespace twinledger

const twinledger::PlantedBug twinledger::testing::kControl = PlantedBug::kTokenSpelledTwice;

void twinledger::testing::FuzzOne(std::string_view input) {
  CheckConsistencyToken(input);
  FuzzedDataProvider choice(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  if (choice.ConsumeBool()) return CheckPageTokens(choice);
  CheckMadeConsistencyToken(choice);
}
