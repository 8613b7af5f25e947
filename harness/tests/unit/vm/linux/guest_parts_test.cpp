// The parts of a Linux guest that need none: jobs, records, archives, keys, arguments.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <harness/base/siphash.hpp>
#include <harness/tests/unit/vm/linux/record_frames.hpp>
#include <harness/vm/linux/cpio.hpp>
#include <harness/vm/linux/job.hpp>
#include <harness/vm/linux/machine.hpp>
#include <harness/vm/linux/records.hpp>
#include <harness/vm/linux/snapshot.hpp>
#include <harness/vm/linux/snapshot_cache.hpp>
#include <set>

namespace memgrade::vm {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr RecordKey key = test_key;

std::uint64_t number(std::string_view bytes, std::size_t at, int width) {
  std::uint64_t value = 0;
  for (int i = width; i-- > 0;)
    value = value << 8U | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
  return value;
}

std::string whole_stream() {
  return frame(0, "mark", "a", "") + frame(1, "text", "long", "first ", 2) + frame(2, "log", "", "a line\n") +
         frame(3, "beat", "", "") + frame(4, "text", "long", "second", 2) + frame(5, "text", "long", "", 1) +
         frame(6, "end", "", "6");
}

TEST(StepWord, EncodesWhatIsNoPlainCharacter) {
  EXPECT_EQ(guest_word("act=oops,x"), "act=oops,x");
  EXPECT_EQ(guest_word("a b%\n\xC3\xA9"), "a%20b%25%0A%C3%A9");
  EXPECT_EQ(guest_word(""), "%");
}

TEST(JobBytes, AreLaidOutAsTheAgentReadsThem) {
  const auto bytes = encode_job(
      {.steps = "mark a\n", .files = {{"tool", "ELF", true}, {"data", "", false}}, .seed = 7}, key, 4096);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(bytes->substr(0, 4), "MGJ1");
  EXPECT_EQ(number(*bytes, 4, 4), 2U);
  EXPECT_EQ(number(*bytes, 8, 8), key[0]);
  EXPECT_EQ(number(*bytes, 16, 8), key[1]);
  EXPECT_EQ(number(*bytes, 24, 8), 4096U);
  EXPECT_EQ(number(*bytes, 64, 8), 7U);
  EXPECT_EQ(bytes->substr(72, 7), "mark a\n");
  EXPECT_EQ(number(*bytes, 79, 4), 4U);
  EXPECT_EQ(number(*bytes, 83, 4), 1U);
  EXPECT_EQ(number(*bytes, 87, 8), 3U);
  EXPECT_EQ(bytes->substr(95, 7), "toolELF");
  EXPECT_EQ(number(*bytes, bytes->size() - 8, 8), siphash(bytes->substr(0, bytes->size() - 8), key));
}

TEST(JobBytes, SeedAloneChangesTheSeed) {
  const auto one = encode_job({.steps = "", .seed = 1}, key, 0);
  const auto two = encode_job({.steps = "", .seed = 2}, key, 0);
  ASSERT_TRUE(one && two);
  EXPECT_NE(one->substr(32, 32), two->substr(32, 32));
  EXPECT_EQ(one->substr(0, 32), two->substr(0, 32));
}

TEST(JobBytes, RefuseNamesThatArePathsAndWhatDoesNotFit) {
  for (const std::string& name :
       {std::string("../etc/passwd"), std::string("/x"), std::string(""), std::string("."),
        std::string(".hidden"), std::string("a\0b", 3), std::string(300, 'x')}) {
    EXPECT_FALSE(encode_job({.steps = "", .files = {{name, "", false}}}, key, 0)) << name;
  }
  EXPECT_FALSE(
      encode_job({.steps = "", .files = {{"x", std::string(largest_job_bytes, 'x'), false}}}, key, 0));
}

TEST(RecordStreamTest, PartsAreJoinedThoughOthersStandBetween) {
  const RecordStream stream = read_records(whole_stream(), key);
  EXPECT_TRUE(stream.whole) << stream.trouble;
  ASSERT_EQ(stream.records.size(), 3U);
  EXPECT_EQ(stream.records[0].kind, "mark");
  EXPECT_EQ(stream.records[0].name, "a");
  EXPECT_EQ(stream.records[0].time_s, 1.5);
  EXPECT_EQ(stream.records[1].bytes, "first second");
  EXPECT_TRUE(stream.records[1].cut);
  EXPECT_EQ(stream.records[2].bytes, "a line\n");
  EXPECT_FALSE(stream.records[2].cut);
}

TEST(RecordStreamTest, EveryCutIsSeen) {
  const std::string bytes = whole_stream();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const RecordStream stream = read_records(bytes.substr(0, length), key);
    EXPECT_FALSE(stream.whole) << length;
    EXPECT_FALSE(stream.trouble.empty()) << length;
  }
}

TEST(RecordStreamTest, EveryChangedByteIsSeen) {
  const std::string bytes = whole_stream();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    EXPECT_FALSE(read_records(changed, key).whole) << at;
  }
}

TEST(RecordStreamTest, WhatCameBeforeTheDamageIsKept) {
  std::string bytes = whole_stream();
  bytes[frame(0, "mark", "a", "").size() + 60] ^= 1;
  const RecordStream stream = read_records(bytes, key);
  EXPECT_FALSE(stream.whole);
  ASSERT_EQ(stream.records.size(), 1U);
  EXPECT_EQ(stream.records[0].name, "a");
  EXPECT_THAT(stream.trouble, HasSubstr("record 1"));
}

TEST(RecordStreamTest, GapsRepetitionsAndForeignKeysAreSeen) {
  const std::string first = frame(0, "mark", "a", "");
  const std::string last = frame(1, "end", "", "1");
  EXPECT_TRUE(read_records(first + last, key).whole);
  EXPECT_FALSE(read_records(first + frame(2, "end", "", "2"), key).whole) << "a gap";
  EXPECT_FALSE(read_records(first + first + last, key).whole) << "a repetition";
  EXPECT_FALSE(read_records(first + frame(1, "end", "", "1", 0, {1, 2}), key).whole) << "another's key";
  EXPECT_FALSE(read_records(first + frame(1, "end", "", "7"), key).whole) << "a wrong count";
  EXPECT_FALSE(read_records(first + frame(1, "end", "", "x"), key).whole) << "no count";
  EXPECT_FALSE(read_records(first + last + "x", key).whole) << "something after the end";
  EXPECT_FALSE(read_records("", key).whole);
}

TEST(RecordStreamTest, AbsurdLengthsAreNoReasonToFail) {
  std::string bytes = frame(0, "mark", "a", "");
  for (std::size_t at = 24; at < 36; ++at) {
    std::string changed = bytes;
    changed[at] = '\xFF';
    EXPECT_FALSE(read_records(changed, key).whole);
  }
  bytes.replace(24, 8, little(0xFFFF'FFFF'FFFF'FFFFU, 8));
  EXPECT_FALSE(read_records(bytes, key).whole);
}

TEST(RecordStreamTest, RecordWithoutItsLastPartIsCut) {
  const RecordStream stream = read_records(frame(0, "text", "a", "begin", 2), key);
  ASSERT_EQ(stream.records.size(), 1U);
  EXPECT_TRUE(stream.records[0].cut);
}

// A reader of its own for the archive: name -> mode and content.
std::map<std::string, std::pair<unsigned, std::string>> unpacked(const std::string& archive) {
  std::map<std::string, std::pair<unsigned, std::string>> entries;
  std::size_t at = 0;
  const auto field = [&](std::size_t index) {
    return std::stoul(archive.substr(at + 6 + 8 * index, 8), nullptr, 16);
  };
  while (at + 110 <= archive.size() && archive.compare(at, 6, "070701") == 0) {
    const std::size_t name_bytes = field(11);
    const std::size_t bytes = field(6);
    const std::string name = archive.substr(at + 110, name_bytes - 1);
    const std::size_t content = (at + 110 + name_bytes + 3) / 4 * 4;
    EXPECT_FALSE(entries.contains(name)) << name;
    entries[name] = {static_cast<unsigned>(field(1)), archive.substr(content, bytes)};
    at = (content + bytes + 3) / 4 * 4;
  }
  EXPECT_EQ(at, archive.size());
  return entries;
}

TEST(CpioTest, HoldsWhatWasPutIn) {
  Cpio archive;
  archive.file("init", "#!", 0755);
  archive.file("lib/deep/odd", "123");
  archive.directory("lib");
  archive.link("bin/sh", "busybox");
  archive.character_device("dev/console", 5, 1);
  auto entries = unpacked(archive.finish());
  EXPECT_EQ(entries.at("init"), (std::pair(0100755U, std::string("#!"))));
  EXPECT_EQ(entries.at("lib/deep/odd"), (std::pair(0100644U, std::string("123"))));
  EXPECT_EQ(entries.at("lib").first, 040755U);
  EXPECT_EQ(entries.at("lib/deep").first, 040755U);
  EXPECT_EQ(entries.at("bin/sh"), (std::pair(0120777U, std::string("busybox"))));
  EXPECT_EQ(entries.at("dev/console").first, 020600U);
  EXPECT_TRUE(entries.contains("TRAILER!!!"));
}

TEST(CpioTest, SameEntriesGiveTheSameBytes) {
  const auto make = [] {
    Cpio archive;
    archive.file("a/b", "c");
    return archive.finish();
  };
  EXPECT_EQ(make(), make());
}

TEST(SnapshotKey, DependOnEverything) {
  const GuestOrigin origin{"linux-image 6.1.1-1", "6.1.0", "a", "b", "QEMU 7.2.22", "-m 256M", "tcg"};
  std::set<std::string> keys{guest_field(origin)};
  EXPECT_EQ(guest_field(origin), *keys.begin());
  EXPECT_EQ(keys.begin()->size(), 32U);
  for (std::string GuestOrigin::*member :
       {&GuestOrigin::kernel, &GuestOrigin::release, &GuestOrigin::image, &GuestOrigin::initramfs,
        &GuestOrigin::emulator, &GuestOrigin::machine, &GuestOrigin::accelerator}) {
    GuestOrigin other = origin;
    other.*member += "x";
    keys.insert(guest_field(other));
  }
  EXPECT_EQ(keys.size(), 8U);
}

TEST(SnapshotRam, RangesOfSystemRam) {
  const auto ranges = parse_ram(
      "00000000-00000fff : Reserved\n00001000-0009fbff : System RAM\n00100000-13ffffff : System RAM\n"
      "  01000000-01e01d31 : Kernel code\n  02000000-02000fff : System RAM\nnonsense : System RAM\n");
  EXPECT_EQ(ranges, (LinuxGuest::Ranges{{0x1000, 0x9fbff}, {0x100000, 0x13ffffff}}));
}

TEST(CachedSnapshotsTest, AreListedAndRemovedAndNothingElseIs) {
  const auto cache = TempDir::make(fs::temp_directory_path(), "memgrade-held-");
  ASSERT_TRUE(cache);
  const std::string good(32, 'a');
  const std::string half(32, 'b');
  const fs::path folder = cache->path() / guests_folder;
  ASSERT_TRUE(make_directories(folder / good));
  ASSERT_TRUE(write_file(folder / good / guest_manifest_file,
                         dump_json({{"key", good}, {"origin", {{"release", "6.1.0"}}}})));
  ASSERT_TRUE(write_file(folder / good / "state", std::string(100'000, 'x')));
  ASSERT_TRUE(make_directories(folder / (".new-" + half + "-x7Y")));
  ASSERT_TRUE(make_directories(folder / "notes"));
  ASSERT_TRUE(write_file(cache->path() / "kept", ""));
  const auto held = cached_snapshots(cache->path());
  ASSERT_EQ(held.size(), 2U);
  const CachedSnapshot& whole = held[held[0].key == good ? 0 : 1];
  EXPECT_EQ(whole.key, good);
  EXPECT_EQ(whole.origin.value("release", ""), "6.1.0");
  EXPECT_GE(whole.bytes, 100'000U);
  EXPECT_TRUE(held[held[0].key == good ? 1 : 0].origin.is_null());
  remove_unused_guests(cache->path(), 3600);
  EXPECT_EQ(cached_snapshots(cache->path()).size(), 2U);
  fs::last_write_time(folder / good / guest_manifest_file,
                      fs::file_time_type::clock::now() - std::chrono::hours(2));
  remove_unused_guests(cache->path(), 3600);
  EXPECT_EQ(cached_snapshots(cache->path()).size(), 1U);
  ASSERT_TRUE(make_directories(folder / good));
  const auto removed = remove_guests(cache->path(), {}, {});
  ASSERT_TRUE(removed);
  EXPECT_EQ(*removed, 2U);
  EXPECT_TRUE(cached_snapshots(cache->path()).empty());
  EXPECT_TRUE(fs::exists(folder / "notes"));
  EXPECT_TRUE(fs::exists(cache->path() / "kept"));
}

TEST(LinuxMachineTest, GuestIsReproducibleWhenItIsTranslated) {
  const MachinePlan plan = boot_plan({}, "/k", "initramfs");
  EXPECT_THAT(plan.arguments,
              AllOf(Contains("shift=3,sleep=off"), Contains("max,la57=off,rdrand=off,rdseed=off"),
                    Contains("-nodefaults"), Contains("-S")));
  EXPECT_TRUE(plan.devices.empty());
  EXPECT_THAT(restore_plan({}, "job", 0).arguments, AllOf(Contains("-incoming"), Not(Contains("-kernel"))));
}

TEST(LinuxMachineTest, KvmHasTheClockAndTheDeviceOfTheHost) {
  const MachinePlan plan = boot_plan({.accelerator = Accelerator::kvm}, "/k", "");
  EXPECT_THAT(plan.arguments, AllOf(Contains("kvm"), Not(Contains("-icount")), Not(Contains("-rtc"))));
  EXPECT_THAT(plan.devices, testing::ElementsAre("/dev/kvm"));
  EXPECT_NE(machine_text({}), machine_text({.accelerator = Accelerator::kvm}));
}

}  // namespace
}  // namespace memgrade::vm
