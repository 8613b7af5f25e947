// The arguments of QEMU, the version's line, the console's lines, QMP's messages: what needs no emulator.
#include <gmock/gmock.h>

#include <harness/vm/qemu/channels.hpp>
#include <harness/vm/qemu/console.hpp>
#include <harness/vm/qemu/emulator.hpp>
#include <harness/vm/qemu/qmp.hpp>
#include <harness/vm/riscv/machine.hpp>

namespace memgrade::vm {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// The word after `option`; "" when there is none.
std::string after(const std::vector<std::string>& words, const std::string& option) {
  const auto at = std::ranges::find(words, option);
  return at == words.end() || at + 1 == words.end() ? "" : *(at + 1);
}

TEST(MachineArguments, KernelAboveTheFirmware) {
  const auto words = arguments({.image = "/somewhere/kernel.elf"}, false);
  EXPECT_EQ(after(words, "-machine"), "virt");
  EXPECT_EQ(after(words, "-cpu"), "rv64");
  EXPECT_EQ(after(words, "-m"), "128M");
  EXPECT_EQ(after(words, "-bios"), "default");
  EXPECT_EQ(after(words, "-kernel"), "image");
  EXPECT_EQ(after(words, "-action"), "reboot=shutdown,shutdown=pause");
  EXPECT_THAT(words, Contains("-nodefaults"));
  EXPECT_THAT(words, Contains("-S"));
  EXPECT_THAT(words, Not(Contains("-icount")));
  EXPECT_THAT(words, Not(Contains("-gdb")));
  EXPECT_THAT(words, Not(Contains(HasSubstr("somewhere"))));
}

TEST(MachineArguments, EveryFieldHasItsArgument) {
  const auto words = arguments({.image = "k",
                                .loading = Loading::loader,
                                .firmware = Firmware::none,
                                .cpu = "rv64,pmp=false",
                                .memory_bytes = 64U << 20,
                                .files = {{"a", 0x8100'0000}, {"b"}},
                                .icount_shift = 3},
                               true);
  EXPECT_EQ(after(words, "-cpu"), "rv64,pmp=false");
  EXPECT_EQ(after(words, "-m"), "64M");
  EXPECT_EQ(after(words, "-bios"), "none");
  EXPECT_EQ(after(words, "-icount"), "shift=3,sleep=off");
  EXPECT_EQ(after(words, "-gdb"), "chardev:gdb");
  EXPECT_THAT(words, Not(Contains("-kernel")));
  EXPECT_THAT(words, Contains("loader,file=image"));
  EXPECT_THAT(words, Contains("loader,file=file0,addr=0x81000000,force-raw=on"));
  EXPECT_THAT(words, Contains("loader,file=file1"));
}

TEST(MachineArguments, AKernelThatBeginsAtItsEntry) {
  const auto words = arguments({.image = "k", .loading = Loading::entry, .firmware = Firmware::none}, false);
  EXPECT_THAT(words, Contains("loader,file=image,cpu-num=0"));
}

void expect_nonsense(const RiscvMachine& machine) {
  const Status valid = validate(machine);
  ASSERT_FALSE(valid);
  EXPECT_EQ(valid.error().kind, ErrorKind::case_file);
}

TEST(MachineArguments, NonsenseIsTheCaseFiles) {
  EXPECT_TRUE(validate({}));
  for (const char* cpu : {"", "rv64 -monitor stdio"}) expect_nonsense({.image = "k", .cpu = cpu});
  for (const std::uint64_t bytes : {0ULL, 4097ULL, 1ULL << 50})
    expect_nonsense({.image = "k", .memory_bytes = bytes});
  for (const int shift : {-1, 11}) expect_nonsense({.image = "k", .icount_shift = shift});
}

TEST(QemuVersion, IsReadFromItsFirstLine) {
  const auto version =
      parse_version("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)\nCopyright …\n");
  ASSERT_TRUE(version);
  EXPECT_EQ(*version, (Version{7, 2, 22}));
  EXPECT_EQ(*parse_version("QEMU emulator version 10.0\n"), (Version{10, 0, 0}));
  EXPECT_LT((Version{6, 2, 0}), oldest_qemu);
  EXPECT_GE((Version{7, 0, 0}), oldest_qemu);
  for (const char* said : {"", "QEMU", "QEMU emulator version", "version x.y", "version -1.2"}) {
    EXPECT_FALSE(parse_version(said)) << said;
  }
}

std::vector<std::string> lines_of(std::initializer_list<std::string_view> parts) {
  std::vector<std::string> lines;
  Console console(1000, [&](std::string_view line) -> std::optional<std::string> {
    lines.emplace_back(line);
    return std::nullopt;
  });
  for (const std::string_view part : parts) EXPECT_FALSE(console.take(part));
  return lines;
}

TEST(ConsoleLines, AreWholeHoweverTheyCome) {
  EXPECT_THAT(lines_of({"a\r\nb", "c\n\nd"}), ElementsAre("a", "bc", ""));
  EXPECT_THAT(lines_of({"a\r", "\n", "b\r\r\n"}), ElementsAre("a", "b"));
  EXPECT_THAT(lines_of({"a\rb\n"}), ElementsAre("a\rb"));
  EXPECT_THAT(lines_of({std::string_view("\0x\n", 3)}), ElementsAre(std::string("\0x", 2)));
}

TEST(ConsoleLines, LongOnesComeInParts) {
  const std::string longer(longest_line_bytes + 10, 'x');
  const auto lines = lines_of({longer, "\ny\n"});
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].size(), longest_line_bytes);
  EXPECT_EQ(lines[1], std::string(10, 'x'));
  EXPECT_EQ(lines[2], "y");
  const auto exact = lines_of({std::string(longest_line_bytes, 'x'), "\ny\n"});
  EXPECT_EQ(exact.back(), "y");
  EXPECT_EQ(exact.front().size(), longest_line_bytes);
}

TEST(ConsoleLines, WatchIsAskedUntilItHasEnough) {
  int asked = 0;
  Console console(4, [&](std::string_view line) -> std::optional<std::string> {
    ++asked;
    if (line == "b") return "seen b";
    return std::nullopt;
  });
  EXPECT_FALSE(console.take("a\n"));
  EXPECT_EQ(console.take("b\nb\n"), "seen b");
  EXPECT_FALSE(console.take("b\n"));
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(console.stream().bytes, "a\nb\n");
  EXPECT_EQ(console.stream().total_bytes, 8U);
  EXPECT_TRUE(console.stream().cut);
}

TEST(QmpMessages, AreTakenOneByOne) {
  std::string received =
      "{\"QMP\": {}}\r\n{\"event\": \"SHUTDOWN\", \"data\": {\"guest\": true, \"reason\": "
      "\"guest-reset\"}}\r\n{\"ret";
  auto first = take_qmp(received);
  ASSERT_TRUE(first && *first);
  EXPECT_TRUE((*first)->contains("QMP"));
  EXPECT_EQ(shutdown_reason(**first), "");
  auto second = take_qmp(received);
  ASSERT_TRUE(second && *second);
  EXPECT_EQ(shutdown_reason(**second), "guest-reset");
  const auto none = take_qmp(received);
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
  EXPECT_EQ(received, "{\"ret");
}

TEST(QmpMessages, NonsenseIsAnError) {
  for (std::string received : {std::string("hello\n"), std::string("[1]\n"), std::string("{\"a\": }\n"),
                               std::string("\n"), std::string(longest_qmp_bytes + 1, '{')}) {
    const auto message = take_qmp(received);
    ASSERT_FALSE(message) << received.substr(0, 20);
    EXPECT_EQ(message.error().kind, ErrorKind::infrastructure);
  }
  for (const char* text :
       {"{\"event\": \"SHUTDOWN\"}", "{\"event\": \"SHUTDOWN\", \"data\": []}",
        "{\"event\": \"SHUTDOWN\", \"data\": {\"reason\": 7}}", "{\"event\": 1, \"data\": {}}"}) {
    EXPECT_EQ(shutdown_reason(*parse_json(text)), "") << text;
  }
}

TEST(QmpMessages, CommandIsOneLine) {
  EXPECT_EQ(qmp_command("cont", {}, 3), "{\"execute\":\"cont\",\"id\":3}\n");
  EXPECT_EQ(qmp_command("x", {{"a", "b\nc"}}, 1),
            "{\"execute\":\"x\",\"id\":1,\"arguments\":{\"a\":\"b\\nc\"}}\n");
}

TEST(ChannelsTest, RefuseLinksAndWhatIsTooLarge) {
  const auto work = TempDir::make(fs::temp_directory_path(), "memgrade-wires-");
  ASSERT_TRUE(work);
  ASSERT_TRUE(write_file(work->path() / "large", std::string((1U << 20) + 1, 'x')));
  fs::create_symlink("/etc/passwd", work->path() / "link");
  for (const char* name : {"large", "link", "missing", "."}) {
    const auto channels = Channels::make(
        {.arguments = {}, .files = {{"image", work->path() / name}}, .memory_bytes = 1U << 20});
    ASSERT_FALSE(channels) << name;
    EXPECT_EQ(channels.error().kind, ErrorKind::io) << channels.error().text();
  }
}

}  // namespace
}  // namespace memgrade::vm
