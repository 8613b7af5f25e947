// The records of a Linux guest as the JSON that checkers see. Texts as Linux 6.1 on x86-64 shows them.
#include <gmock/gmock.h>

#include <harness/base/base64.hpp>
#include <harness/base/random.hpp>
#include <harness/oracle/procfs/snapshot_json.hpp>
#include <harness/oracle/procfs/system.hpp>

namespace memgrade::oracle {
namespace {

using testing::HasSubstr;

constexpr const char* kMaps =
    "55a3c4a00000-55a3c4a02000 r-xp 00001000 08:01 131                        /job/work load\n"
    "55a3c4a02000-55a3c4a03000 rw-p 00003000 08:01 131                        /job/old (deleted)\n"
    "55a3c5b00000-55a3c5b21000 rw-p 00000000 00:00 0                          [heap]\n"
    "7f0000000000-7f0000004000 rw-p 00000000 00:00 0 \n"
    "7ffe00000000-7ffe00021000 rw-p 00000000 00:00 0                          [stack]\n"
    "7ffe00100000-7ffe00102000 r-xp 00000000 00:00 0                          [vdso]\n"
    "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n";

std::string words(std::initializer_list<std::uint64_t> values) {
  std::string bytes;
  for (const std::uint64_t value : values)
    for (int i = 0; i < 8; ++i) bytes += static_cast<char>(value >> 8 * i & 255);
  return bytes;
}
constexpr std::uint64_t kPresent = std::uint64_t{1} << 63;
constexpr std::uint64_t kSwapped = std::uint64_t{1} << 62;
constexpr std::uint64_t kSoftDirty = std::uint64_t{1} << 55;

const PhysicalRanges kRam = {{0x1000, 0x9FBFF}, {0x100000, 0xFFFFFFF}};

Json memory(const LinuxRecords& records) {
  const auto read = memory_of(records, kRam);
  EXPECT_TRUE(read) << (read ? "" : read.error().text());
  return read.value_or(Json());
}
std::string refused(const LinuxRecords& records) {
  const auto read = memory_of(records, kRam);
  if (read) return "IT WAS READ";
  EXPECT_EQ(read.error().kind, ErrorKind::infrastructure);
  return read.error().text();
}

TEST(LinuxMaps, EveryAreaButVsyscall) {
  const Json seen = memory({{"maps", kMaps}});
  EXPECT_EQ(seen["count"], 6);
  EXPECT_EQ(seen["vmas"][0], Json({{"first", 0x55a3c4a00000},
                                   {"last", 0x55a3c4a01fff},
                                   {"rights", "r-xp"},
                                   {"name", "/job/work load"}}));
  EXPECT_EQ(seen["vmas"][1]["name"], "/job/old (deleted)");
  EXPECT_EQ(seen["vmas"][3]["name"], "");
  EXPECT_EQ(seen["vmas"][5]["name"], "[vdso]");
  EXPECT_EQ(seen["ram"], Json::parse("[[4096, 654335], [1048576, 268435455]]"));
  EXPECT_FALSE(seen.contains("pages"));
  EXPECT_FALSE(seen.contains("pid"));
}

TEST(LinuxMaps, AProcessThatIsGoneHasNone) {
  EXPECT_EQ(memory({{"maps", ""}})["count"], 0);
}

TEST(LinuxMaps, NamesAreMadeUtf8) {
  EXPECT_EQ(memory({{"maps", "1000-2000 r--p 00000000 00:00 0 /tmp/\xff\n"}})["vmas"][0]["name"],
            "/tmp/\xef\xbf\xbd");
}

TEST(LinuxMaps, WhatCannotBeRightIsRefused) {
  for (const char* text :
       {"1000-2000 r--p 00000000 00:00 0", "1000 r--p 00000000 00:00 0\n", "2000-1000 r--p 0 00:00 0\n",
        "1000-1000 r--p 0 00:00 0\n", "1001-2000 r--p 0 00:00 0\n", "1000-2000 rwxq 0 00:00 0\n",
        "1000-2000 r--p\n", "\n", "0x1000-0x2000 r--p 0 00:00 0\n", "1000-2000 r--p 0 0000 0\n",
        "1000-20000000000000000 r--p 0 00:00 0\n", "-2000 r--p 0 00:00 0\n",
        "1000-3000 r--p 0 00:00 0\n2000-4000 r--p 0 00:00 0\n",
        "3000-4000 r--p 0 00:00 0\n1000-2000 r--p 0 00:00 0\n"})
    EXPECT_THAT(refused({{"maps", text}}), HasSubstr("maps is damaged")) << text;
}

TEST(LinuxPages, PresentOnesWithTheirFrames) {
  const std::string pages =
      words({0x55a3c4a00000, kPresent | kSoftDirty | 0x1234, 0x55a3c4a01000, kSwapped | 0x99, 0x7f0000000000,
             kPresent | 0x7FFFFFFFFFFFFF, 0x7f0000001000, kPresent});
  const Json seen = memory({{"maps", kMaps}, {"pages", pages}});
  EXPECT_EQ(seen["pages"],
            Json::array({{0x55a3c4a00000, 0x1234}, {0x7f0000000000, 0x7FFFFFFFFFFFFF}, {0x7f0000001000, 0}}));
}

TEST(LinuxPages, WhatCannotBeRightIsRefused) {
  EXPECT_THAT(refused({{"pages", "123"}}), HasSubstr("no multiple of 16"));
  EXPECT_THAT(refused({{"pages", words({0x1001, kPresent | 1})}}), HasSubstr("not page-aligned"));
  EXPECT_THAT(refused({{"pages", words({0x2000, kPresent | 1, 0x1000, kPresent | 1})}}),
              HasSubstr("out of order"));
  EXPECT_THAT(refused({{"pages", words({0x2000, kPresent | 1, 0x2000, kPresent | 1})}}),
              HasSubstr("out of order"));
  EXPECT_THAT(refused({{"pages", words({0x2000, kPresent})}}), HasSubstr("hidden"));
  EXPECT_THAT(refused({{"maps", kMaps}, {"pages", words({0x2000, kPresent | 1})}}), HasSubstr("no VMA"));
  EXPECT_THAT(refused({{"maps", kMaps}, {"pages", words({0x55a3c4a03000, kPresent | 1})}}),
              HasSubstr("no VMA"));
}

TEST(LinuxSegment, ComesAsItIs) {
  const std::string bytes("ham\0let", 7);
  const Json seen = memory({{"data", words({0x1010, 0x1017}) + bytes}, {"code", words({5, 5})}});
  EXPECT_EQ(seen["data"]["start"], 0x1010);
  EXPECT_EQ(seen["data"]["end"], 0x1017);
  EXPECT_EQ(from_base64(seen["data"]["base64"].get<std::string>()), bytes);
  EXPECT_EQ(seen["code"]["base64"], "");
}

TEST(LinuxSegment, APartOfItIsRefused) {
  EXPECT_THAT(refused({{"data", "short"}}), HasSubstr("data is damaged: it is too short"));
  EXPECT_THAT(refused({{"data", words({0, 8}) + "1234567"}}), HasSubstr("7 of 8 bytes"));
  EXPECT_THAT(refused({{"code", words({8, 0})}}), HasSubstr("ends before it starts"));
  EXPECT_THAT(refused({{"code", words({1, ~std::uint64_t{0}}) + "x"}}),
              HasSubstr("1 of 18446744073709551614"));
}

TEST(LinuxPid, OfStatOrStatus) {
  EXPECT_EQ(memory({{"stat", "77 (a) b) S 1 77"}})["pid"], 77);
  EXPECT_EQ(memory({{"status", "Name:\tx\nUmask:\t0022\nPid:\t78\n"}})["pid"], 78);
  EXPECT_FALSE(memory({{"stat", "x"}, {"status", "Pid:\t-1\n"}}).contains("pid"));
}

TEST(LinuxSystem, EveryRecord) {
  const auto system =
      system_of({{"meminfo", "MemTotal:         254464 kB\nHugePages_Total:       0\n"},
                 {"slabs", "dentry 4032\nmm_struct 60\nkmalloc-64 7\nkmalloc-64 3\nname with blank 1\n"},
                 {"modules", "virtio_blk 28672 1 - Live 0xffffffffc0000000\nktest 16384 0 - Live 0x0 (OE)\n"},
                 {"tasks", "12 2 I kworker/0:1-events\n2 0 S kthreadd\n40 1 R a b\n"},
                 {"sysfs", "/sys/kernel/mm/ktest\n/sys/kernel/mm\n/sys/kernel/mm\n"},
                 {"proc", "sys\nmeminfo\n"},
                 {"taint", "12288\n"},
                 {"vmstat", "not looked at"}});
  ASSERT_TRUE(system) << system.error().text();
  EXPECT_EQ(dump_json(*system, -1),
            R"({"meminfo":{"MemTotal":260571136,"HugePages_Total":0},)"
            R"("slabs":{"dentry":4032,"kmalloc-64":10,"mm_struct":60,"name with blank":1},)"
            R"("modules":["ktest","virtio_blk"],)"
            R"("tasks":[[2,"kthreadd",0,"S"],[12,"kworker/0:1-events",2,"I"],[40,"a b",1,"R"]],)"
            R"("sysfs":["/sys/kernel/mm","/sys/kernel/mm/ktest"],"proc":["meminfo","sys"],"taint":12288})");
}

TEST(LinuxSystem, WhatCannotBeRightIsRefused) {
  for (const auto& [kind, text] : LinuxRecords{{"meminfo", "MemTotal: many kB\n"},
                                               {"slabs", "dentry\n"},
                                               {"modules", " 1 2\n"},
                                               {"tasks", "1 S init\n"},
                                               {"taint", ""}}) {
    const auto system = system_of({{kind, text}});
    ASSERT_FALSE(system) << kind;
    EXPECT_THAT(system.error().text(), HasSubstr(kind + " is damaged"));
  }
  EXPECT_FALSE(system_of({{"meminfo", "MemTotal: 18446744073709551615 kB\n"}}));
  EXPECT_FALSE(system_of({{"slabs", "dentry -1\n"}}));
}

// Damage anywhere gives a value or an error, and nothing else.
TEST(LinuxRecords, DamagedOnesNeverDoHarm) {
  const LinuxRecords good = {{"maps", kMaps},
                             {"pages", words({0x55a3c4a00000, kPresent | 1, 0x7f0000000000, kPresent | 2})},
                             {"data", words({0x1010, 0x1014}) + "1234"},
                             {"stat", "77 (x) S 1"},
                             {"meminfo", "MemFree: 1 kB\n"},
                             {"slabs", "a 1\n"},
                             {"tasks", "1 0 S init\n"},
                             {"modules", "ktest 1 0\n"},
                             {"taint", "1\n"}};
  SplitMix64 random(7);
  for (int round = 0; round < 20'000; ++round) {
    LinuxRecords records = good;
    for (auto& [kind, bytes] : records)
      for (std::uint64_t left = random.below(3); left > 0 && !bytes.empty(); --left) {
        const std::size_t at = random.below(bytes.size());
        if (random.below(4) == 0)
          bytes.resize(at);
        else
          bytes[at] = static_cast<char>(random.below(256));
      }
    (void)memory_of(records, kRam);
    (void)system_of(records);
  }
}

}  // namespace
}  // namespace memgrade::oracle
