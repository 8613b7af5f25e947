// The check `segment`: a dump against the segment, and the mistakes that it recognises.
#include <gmock/gmock.h>
#include <harness/base/random.hpp>
#include <harness/tests/unit/judge/linux/guest_scene.hpp>

namespace memgrade::judge {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kStart = 0x404150;  // 0x150 into its page

// Three pages and a part of a fourth, of bytes that tell where they are from; every seventh is zero.
std::string segment_bytes() {
  std::string bytes;
  SplitMix64 random(1);
  for (std::size_t i = 0; i < 3 * 4096 + 300; ++i)
    bytes += i % 7 == 0 ? '\0' : static_cast<char>('a' + random.below(26));
  bytes.replace(5000, 11, "Speak; I am");
  bytes.replace(6000, 9, "Adieu, ad");
  return bytes;
}

const std::string kBytes = segment_bytes();

Json segment_params(const Json& more = Json::object()) {
  Json all = {{"file", "scan.files.func4.bin"}, {"truth", {"oracle.scan.memory.before.data"}}};
  all.update(more);
  return with_defaults("segment", all);
}

Guest with_dump(const std::string& dump) {
  Guest guest;
  guest.truth()["memory"]["before"]["data"] = segment_json(kStart, kBytes);
  guest.file("func4.bin", dump);
  return guest;
}

std::string mistake(const std::string& dump, const Json& more = Json::object()) {
  const Verdict verdict = with_dump(dump).ask("segment", segment_params(more));
  return verdict.passed || verdict.fraction > 0.8 ? "IT PASSED" : verdict.message;
}
double earned(const std::string& dump, const Json& more = Json::object()) {
  return with_dump(dump).ask("segment", segment_params(more)).fraction;
}

TEST(Segment, TheSameBytesPass) {
  EXPECT_TRUE(with_dump(kBytes).passes("segment", segment_params()));
}

TEST(Segment, OneByteIsEnoughToFail) {
  std::string dump = kBytes;
  dump[5123] ^= 1;
  const Verdict verdict = with_dump(dump).ask("segment", segment_params());
  EXPECT_FALSE(verdict.passed);
  EXPECT_EQ(verdict.message, "1 byte differs, the first at address 0x405553");
  EXPECT_THAT(verdict.detail, HasSubstr("byte 5123 of the segment"));
  EXPECT_THAT(verdict.detail, HasSubstr("\n- 0x405550 "));
  EXPECT_THAT(verdict.detail, HasSubstr("\n+ 0x405550 "));
}

TEST(Segment, NamesTheLikelyMistake) {
  EXPECT_EQ(mistake(""), "the file is empty");
  EXPECT_EQ(mistake(std::string(kBytes.size(), '\0')), "the file holds zeros alone");
  EXPECT_EQ(
      mistake(kBytes.substr(0, 3 * 4096 - 0x150)),
      "the last 636 bytes are missing: it ends where a page ends, so the last, partial page was left out");
  EXPECT_EQ(mistake(kBytes.substr(0, kBytes.size() - 7)), "the last 7 bytes are missing");
  const std::size_t to_page = 4096 - (kStart + kBytes.size()) % 4096;
  EXPECT_THAT(mistake(kBytes + std::string(to_page, '\0')),
              HasSubstr("it goes on to the end of the last page"));
  EXPECT_EQ(mistake(kBytes + "x"), "1 byte too many stand behind the segment's end");
  EXPECT_EQ(mistake(std::string(0x150, 'x') + kBytes),
            "it begins at the start of the page, 336 bytes before the segment");
  EXPECT_EQ(mistake(std::string(0x150, '\0') + kBytes.substr(0, kBytes.size() - 0x150)),
            "it begins at the start of the page, 336 bytes before the segment");
  EXPECT_EQ(mistake("12345" + kBytes), "the segment begins 5 bytes into the file");
  EXPECT_EQ(mistake(kBytes.substr(0x1000 - 0x150)), "the first 3760 bytes are missing");
}

TEST(Segment, NamesThePageThatIsWrong) {
  const std::size_t page = 4096 - 0x150;  // the second page begins there
  std::string left_out = kBytes;
  left_out.erase(page, 4096);
  EXPECT_EQ(mistake(left_out), "the page at 0x405000 is left out, and what follows has moved up");
  std::string zeros = kBytes;
  zeros.replace(page, 4096, 4096, '\0');
  EXPECT_EQ(mistake(zeros), "from 0x405000 to the end of the page there are zeros");
}

TEST(Segment, NamesTextFunctionsThatDropZeros) {
  std::string text = kBytes;
  std::erase(text, '\0');
  EXPECT_EQ(mistake(text), "the zero bytes are left out: it was written as text, not as bytes");
  std::string one = kBytes;
  one.erase(7, 1);
  EXPECT_EQ(mistake(one), "some zero bytes are left out, the first at 0x404157");
}

TEST(Segment, AMistakeCostsAFifthAndItsShareOfTheBytes) {
  using testing::AllOf;
  using testing::Gt;
  using testing::Le;
  const auto nearly = [](double share) { return AllOf(Gt(0.8 * (share - 0.01)), Le(0.8 * (share + 0.01))); };
  const double size = static_cast<double>(kBytes.size());
  std::string one = kBytes;
  one[5123] ^= 1;
  EXPECT_THAT(earned(one), nearly(1));
  EXPECT_THAT(earned(kBytes.substr(0, 3 * 4096 - 0x150)), nearly((3 * 4096 - 0x150) / size));
  EXPECT_THAT(earned(std::string(0x150, 'x') + kBytes), nearly(size / (size + 0x150)));
  EXPECT_THAT(earned(kBytes + kBytes), nearly(0.5)) << "where one copy is asked for";
  std::string left_out = kBytes, zeros = kBytes, losing;
  left_out.erase(4096 - 0x150, 4096);
  zeros.replace(4096 - 0x150, 4096, 4096, '\0');
  EXPECT_THAT(earned(left_out), nearly((size - 4096) / size));
  EXPECT_THAT(earned(zeros), nearly((size - 4096) / size));
  for (std::size_t i = 0; i < kBytes.size(); ++i)
    if ((kStart + i + 1) % 4096 != 0) losing += kBytes[i];
  EXPECT_THAT(earned(losing), nearly(1)) << "a byte is lost at each page's end";
  const std::string cut = kBytes.substr(0, 3 * 4096 - 0x150);
  EXPECT_THAT(earned(cut + cut + cut, {{"copies", "any"}}), nearly((3 * 4096 - 0x150) / size));
}

TEST(Segment, WhatIsNotTheSegmentEarnsNothing) {
  EXPECT_EQ(earned(""), 0);
  EXPECT_EQ(earned(std::string(kBytes.size(), '\0')), 0);
  std::string other;
  SplitMix64 random(7);
  for (std::size_t i = 0; i < kBytes.size(); ++i) other += static_cast<char>(random.below(256));
  EXPECT_EQ(earned(other), 0);
  EXPECT_LT(earned(other + kBytes + other + other), 0.3);
}

TEST(Segment, PagesAloneAreLookedForWhereverTheyStand) {
  const std::size_t second = 4096 - 0x150;
  Guest guest = with_dump(kBytes);
  guest.truth()["regions"] = {
      {"absent", {{"first", kStart + second}, {"last", kStart + second + 2 * 4096 - 1}}}};
  const Json pages = segment_params({{"what", "pages"}, {"region", "oracle.scan.regions.absent"}});
  EXPECT_TRUE(guest.passes("segment", pages));
  guest.file("func4.bin", "x" + kBytes.substr(second, 2 * 4096));
  EXPECT_TRUE(guest.passes("segment", pages)) << "the last, partial page is another check's";
  std::string zeros = kBytes;
  zeros.replace(second, 4096, 4096, '\0');
  guest.file("func4.bin", zeros);
  const Verdict half = guest.ask("segment", pages);
  EXPECT_EQ(half.fraction, 0.5);
  EXPECT_EQ(half.message, "what the page at 0x405000 holds is not in the file");
  guest.truth()["regions"] = Json::object();
  EXPECT_THAT(guest.fails("segment", pages), HasSubstr("told of no such pages"));
}

TEST(Segment, SeveralCopies) {
  const Json any = {{"copies", "any"}};
  EXPECT_TRUE(with_dump(kBytes + kBytes + kBytes).passes("segment", segment_params(any)));
  EXPECT_TRUE(with_dump(kBytes + kBytes + kBytes.substr(0, 100)).passes("segment", segment_params(any)))
      << "the last may be on its way";
  EXPECT_TRUE(with_dump(kBytes).passes("segment", segment_params(any)));
  EXPECT_THAT(mistake(kBytes + kBytes), HasSubstr("too many"));
  EXPECT_THAT(mistake(kBytes.substr(0, 4000), any), HasSubstr("are missing"));
  EXPECT_THAT(mistake(kBytes + std::string(500, 'x'), any), HasSubstr("500 bytes too many"));
  EXPECT_THAT(mistake(kBytes + std::string(500, 'x') + kBytes + std::string(500, 'x'), any),
              HasSubstr("500 bytes too many stand behind the segment's end"));
  const std::string cut = kBytes.substr(0, 3 * 4096 - 0x150);
  EXPECT_THAT(mistake(cut + cut + cut, any), HasSubstr("the last, partial page was left out"));
  const std::string early = std::string(0x150, '\0') + kBytes.substr(0, 3 * 4096);
  EXPECT_THAT(mistake(early + early, any), HasSubstr("it begins at the start of the page"));
  std::string second = kBytes;
  second[100] ^= 1;
  EXPECT_THAT(mistake(kBytes + second + kBytes, any), HasSubstr("where copy 2 should begin: 1 byte differs"));
}

TEST(Segment, WhatChangedBetweenObservationsMayBeAnything) {
  Guest guest = with_dump(kBytes);
  std::string later = kBytes;
  later[77] ^= 5;
  guest.truth()["memory"]["after"]["data"] = segment_json(kStart, later);
  Json both = segment_params();
  both["truth"] = {"oracle.scan.memory.before.data", "oracle.scan.memory.after.data"};
  std::string dump = kBytes;
  dump[77] = '!';
  guest.file("func4.bin", dump);
  EXPECT_TRUE(guest.passes("segment", both));
  dump[78] ^= 1;
  guest.file("func4.bin", dump);
  EXPECT_THAT(guest.ask("segment", both).message, HasSubstr("byte"));
  guest.truth()["memory"]["after"]["data"] = segment_json(kStart + 16, later);
  EXPECT_THAT(guest.fails("segment", both), HasSubstr("does not hold a segment"));
}

const Json kStrings = {{"strings",
                        {{{"name", "hamlet_scene_1"}, {"text", "Speak; I am"}},
                         {{"name", "hamlet_scene_2"}, {"text", "Adieu, ad"}}}},
                       {"what", "strings"}};

TEST(Segment, StringsAreNamedEach) {
  const Verdict right = with_dump(kBytes).ask("segment", segment_params(kStrings));
  EXPECT_TRUE(right.passed);
  EXPECT_THAT(right.detail, HasSubstr("hamlet_scene_1: whole, 11 bytes at byte 5000"));
  std::string dump = kBytes;
  dump[6007] = '\0';
  const Verdict broken = with_dump(dump).ask("segment", segment_params(kStrings));
  EXPECT_FALSE(broken.passed);
  EXPECT_EQ(broken.fraction, 0.5);
  EXPECT_EQ(broken.message, "hamlet_scene_2 is broken after 7 of 9 bytes");
  const std::string turned = kBytes.substr(5500) + kBytes.substr(0, 5500);
  EXPECT_THAT(with_dump(turned).ask("segment", segment_params(kStrings)).message,
              HasSubstr("before the string"));
  EXPECT_THAT(with_dump("nothing").ask("segment", segment_params(kStrings)).message, HasSubstr("missing"));
}

TEST(Segment, StringsMayComeFromFacts) {
  Guest guest = with_dump(kBytes);
  guest.observed().printed["work"] = "Speak; I am";
  Json from =
      segment_params({{"what", "strings"}, {"strings", {{{"name", "s"}, {"from", "scan.printed.work"}}}}});
  EXPECT_TRUE(guest.passes("segment", from));
  from["strings"][0]["from"] = "scan.printed.nobody";
  EXPECT_THAT(guest.fails("segment", from), HasSubstr("nothing is known of the process"));
  from["strings"] = {{{"name", "s"}}};
  EXPECT_THAT(guest.fails("segment", from), HasSubstr("does not say how a string reads"));
  from["strings"] = Json::array();
  EXPECT_THAT(guest.fails("segment", from), HasSubstr("names no strings"));
}

TEST(Segment, WithoutEvidenceItFails) {
  Guest guest = with_dump(kBytes);
  guest.run().files.clear();
  EXPECT_EQ(guest.fails("segment", segment_params()), "there is no file \"func4.bin\"");
  guest = with_dump(kBytes);
  guest.truth()["memory"] = Json::object();
  EXPECT_THAT(guest.fails("segment", segment_params()), HasSubstr("there is nothing to compare with"));
  EXPECT_THAT(with_dump(kBytes).fails("segment", segment_params({{"truth", Json::array()}})),
              HasSubstr("does not say what to compare with"));
  for (const Json& odd :
       {Json(3), Json("x"), Json{{"start", 1}}, Json{{"start", 1}, {"end", 2}, {"base64", "%%"}},
        Json{{"start", 1}, {"end", 9}, {"base64", "YQ=="}}, Json{{"start", 0}, {"end", 0}, {"base64", ""}}}) {
    guest = with_dump("");
    guest.truth()["memory"]["before"]["data"] = odd;
    EXPECT_THAT(guest.fails("segment", segment_params()), HasSubstr("does not hold a segment")) << odd;
  }
}

TEST(Segment, ACutFileIsSaidToBeCut) {
  Guest guest = with_dump(kBytes.substr(0, 1000));
  guest.run().files["func4.bin"].cut = true;
  guest.run().files["func4.bin"].total_bytes = 5'000'000'000;
  EXPECT_THAT(guest.ask("segment", segment_params()).message,
              HasSubstr("of the file's 5000000000 bytes only the first 1000"));
}

}  // namespace
}  // namespace memgrade::judge
