// The gdb protocol against scripted answers, right and wrong ones.
#include <gmock/gmock.h>

#include <deque>
#include <harness/vm/gdb/client.hpp>
#include <harness/vm/gdb/packet.hpp>

namespace memgrade::vm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Kind = GdbItem::Kind;

GdbItem only(std::string received) {
  auto item = take_gdb(received);
  EXPECT_TRUE(item);
  EXPECT_EQ(received, "");
  return item.value_or(GdbItem{Kind::damaged});
}

TEST(GdbPacket, HasTheChecksumOfTheManual) {
  EXPECT_EQ(gdb_packet(""), "$#00");
  EXPECT_EQ(gdb_packet("OK"), "$OK#9a");
  EXPECT_EQ(gdb_packet("m80200000,10"), "$m80200000,10#84");
}

TEST(GdbPacket, ComesBackAsItWas) {
  for (const std::string& payload :
       {std::string(), std::string("OK"), std::string("a#b$c}d*e"), std::string("\0\x03\xFF", 3)}) {
    const GdbItem item = only(gdb_packet(payload));
    EXPECT_EQ(item.kind, Kind::packet);
    EXPECT_EQ(item.payload, payload);
  }
}

TEST(GdbPacket, RepetitionsAreWrittenOut) {
  // "0* " is four zeros: one, and ' ' (32) - 29 more.
  EXPECT_EQ(only("$0* #7a").payload, "0000");
  for (const std::string& wrong :
       {std::string("* "), std::string("0*"), std::string("0*\x1D"), std::string("x}")}) {
    unsigned sum = 0;
    for (const char byte : wrong) sum += static_cast<unsigned char>(byte);
    char check[3];
    std::snprintf(check, sizeof check, "%02x", sum % 256);
    EXPECT_EQ(only("$" + wrong + "#" + check).kind, Kind::damaged) << wrong;
  }
}

TEST(GdbPacket, RepetitionsCannotGrowWithoutEnd) {
  std::string sent = "0";
  for (int i = 0; i < 1000; ++i) sent += "*~";
  unsigned sum = 0;
  for (const char byte : sent) sum += static_cast<unsigned char>(byte);
  char check[3];
  std::snprintf(check, sizeof check, "%02x", sum % 256);
  EXPECT_EQ(only("$" + sent + "#" + check).kind, Kind::damaged);
}

TEST(GdbPacket, DamageIsSeen) {
  EXPECT_EQ(only("$OK#9b").kind, Kind::damaged);
  EXPECT_EQ(only("$OK#zz").kind, Kind::damaged);
  EXPECT_EQ(only("$" + std::string(longest_packet_bytes + 5, 'x')).kind, Kind::damaged);
}

TEST(GdbPacket, WaitsForTheRest) {
  for (std::string part : {"", "$", "$OK", "$OK#", "$OK#9"}) {
    const std::string before = part;
    EXPECT_FALSE(take_gdb(part)) << before;
    EXPECT_EQ(part, before);
  }
}

TEST(GdbPacket, AcknowledgementsAndNoiseBetween) {
  std::string received = "noise+-$OK#9a";
  EXPECT_EQ(take_gdb(received)->kind, Kind::accepted);
  EXPECT_EQ(take_gdb(received)->kind, Kind::refused);
  EXPECT_EQ(take_gdb(received)->payload, "OK");
  EXPECT_EQ(received, "");
}

TEST(GdbHex, IsReadStrictly) {
  EXPECT_EQ(from_hex("00aB"), std::string("\0\xAB", 2));
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
}

TEST(GdbRegisters, AreNumberedOneAfterTheOther) {
  unsigned next = 0;
  const auto core = parse_registers(
      R"(<feature name="x"><reg name="zero" bitsize="64" type="int"/> <reg name="pc" bitsize="64"/></feature>)",
      next);
  EXPECT_EQ(core.at("zero").number, 0U);
  EXPECT_EQ(core.at("pc").number, 1U);
  const auto more =
      parse_registers(R"(<reg name="f0" bitsize="32" regnum="33"/><reg name="priv" bitsize="64"/>)", next);
  EXPECT_EQ(more.at("f0").bytes, 4U);
  EXPECT_EQ(more.at("priv").number, 34U);
  EXPECT_EQ(next, 35U);
  EXPECT_THAT(parse_includes(R"(<target><xi:include href="a.xml"/><xi:include href="b.xml"/></target>)"),
              ElementsAre("a.xml", "b.xml"));
}

TEST(GdbRegisters, BrokenDescriptionsAreHarmless) {
  unsigned next = 0;
  for (const char* xml :
       {"<reg ", "<reg name=\"x", "<reg name=\"x\" bitsize=\"99999999999\"/>", "<reg name=\"x\"/>",
        "<reg bitsize=\"64\"/>", "<xi:include href=\"", "<reg name=\"x\" bitsize=\"-1\"/>"}) {
    EXPECT_TRUE(parse_registers(xml, next).empty()) << xml;
    EXPECT_TRUE(parse_includes(xml).empty()) << xml;
  }
}

// Answers each `receive` with the next of its lines.
struct Script {
  std::deque<std::string> answers;
  std::string sent;
  GdbLine line() {
    return {.send = [this](std::string_view bytes) { sent += bytes; },
            .receive =
                [this](std::string& received) {
                  if (answers.empty()) return false;
                  received += answers.front();
                  answers.pop_front();
                  return true;
                }};
  }
};

constexpr const char* description =
    R"(l<target><reg name="pc" bitsize="64" regnum="32"/><reg name="satp" bitsize="64" regnum="450"/></target>)";

std::deque<std::string> opening() {
  return {"+" + gdb_packet("PacketSize=1000;qXfer:features:read+"), "+" + gdb_packet(description),
          "+" + gdb_packet("OK")};
}

class GdbClientTest : public testing::Test {
 protected:
  void SetUp() override {
    script_.answers = opening();
    auto opened = GdbClient::open(script_.line());
    ASSERT_TRUE(opened) << opened.error().text();
    client_.emplace(std::move(*opened));
    script_.sent.clear();
  }
  void answer(std::initializer_list<std::string> payloads) {
    for (const std::string& payload : payloads) script_.answers.push_back("+" + gdb_packet(payload));
  }
  Script script_;
  std::optional<GdbClient> client_;
};

TEST_F(GdbClientTest, RegistersAreLittleEndian) {
  answer({"0010208000000080"});
  const auto value = client_->read_register("satp");
  ASSERT_TRUE(value);
  EXPECT_EQ(*value, 0x8000'0000'8020'1000U);
  EXPECT_EQ(script_.sent, gdb_packet("p1c2") + "+");
  EXPECT_FALSE(client_->read_register("nosuch"));
}

TEST_F(GdbClientTest, MemoryComesInChunks) {
  answer({std::string(2048, '1'), "2222"});
  const auto memory = client_->read_physical(0x80000000, 1026);
  ASSERT_TRUE(memory);
  EXPECT_EQ(*memory, std::string(1024, '\x11') + "\x22\x22");
  EXPECT_THAT(script_.sent, HasSubstr(gdb_packet("m80000400,2")));
}

TEST_F(GdbClientTest, WrongAnswersAreErrors) {
  for (const char* said : {"", "E14", "zz", "00", "000", "OK", "112233445566778899"}) {
    answer({said});
    EXPECT_FALSE(client_->read_physical(0x80000000, 4)) << said;
  }
  for (const char* said : {"", "E14", "zz", "112233445566778899"}) {
    answer({said});
    EXPECT_FALSE(client_->read_register("pc")) << said;
  }
  answer({"E22"});
  EXPECT_FALSE(client_->set_breakpoint(0x80200000));
}

TEST_F(GdbClientTest, DamagedPacketIsAskedForAgain) {
  script_.answers = {"+$0000#00", "+" + gdb_packet("0000")};
  EXPECT_TRUE(client_->read_physical(0x80000000, 2));
  EXPECT_THAT(script_.sent, HasSubstr("-"));
}

TEST_F(GdbClientTest, RefusedPacketIsSentAgain) {
  script_.answers = {"-", "+" + gdb_packet("OK")};
  EXPECT_TRUE(client_->set_breakpoint(0x10));
  EXPECT_EQ(script_.sent, gdb_packet("Z0,10,4") + gdb_packet("Z0,10,4") + "+");
}

TEST_F(GdbClientTest, PatienceHasAnEnd) {
  for (const std::string& noise : {std::string("-"), std::string("$x#00"), std::string("+")}) {
    script_.answers.assign(1000, noise);
    const auto read = client_->read_register("pc");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::infrastructure);
    EXPECT_GT(script_.answers.size(), 800U);
  }
  script_.answers.clear();
  EXPECT_THAT(client_->read_register("pc").error().message, HasSubstr("does not answer"));
}

TEST_F(GdbClientTest, StopIsTakenWhenItCame) {
  client_->resume();
  std::string received = "+";
  EXPECT_EQ(client_->has_stopped(received).value(), false);
  received = "$T05thr";
  EXPECT_EQ(client_->has_stopped(received).value(), false);
  received = "ead:01;#07";
  EXPECT_EQ(client_->has_stopped(received).value(), true);
  received = gdb_packet("what");
  EXPECT_FALSE(client_->has_stopped(received));
}

TEST(GdbOpening, DescriptionWithoutSatpIsAnError) {
  Script script;
  script.answers = opening();
  script.answers[1] = "+" + gdb_packet("l<target></target>");
  EXPECT_FALSE(GdbClient::open(script.line()));
  // A file that never ends.
  script.answers = opening();
  script.answers.resize(1);
  for (int i = 0; i < 4000; ++i) script.answers.push_back("+" + gdb_packet("m" + std::string(1000, 'x')));
  EXPECT_FALSE(GdbClient::open(script.line()));
  EXPECT_GT(script.answers.size(), 1000U);
}

}  // namespace
}  // namespace memgrade::vm
