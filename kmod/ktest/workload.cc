// The process that ktest watches: allocates, shuffles and frees strings in rounds, keeps a region of memory
// hot and another cold, and holds scenes of Hamlet in its data segment.
//
// Build: g++ -std=c++11 workload.cc -o workload -lpthread
//
// When standard input is a pipe, the lines that come through it say what to do (commands() below); otherwise
// rounds follow each other for --seconds, and the program ends by itself. It prints a line for all that it
// does:
//
//   region NAME 0xFIRST 0xEND    where something lies; END is the first byte behind it
//   ready                        what is above is there, and the program's own segments are resident
//   phase NAME                   insert, swap, read, delete, heat, rest
//   mapped 0xFIRST, unmapped     answers to `map` and `unmap`
//   bye                          the last line
//
// Between two lines of input nothing in the data segment changes, unless `heat` is on; that touches the hot
// region, and nothing else. All allocations come from one heap: with arenas of their own for threads, or with
// regions mapped one by one, the number of VMAs would depend on the C library's mood.
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "hamlet.h"

// Global, and neither const nor zero: these stand in the data segment, between text that can be read and
// bytes that cannot.
char global_data[100] = "a hundred bytes, most of them zero";
double golden_ratios[] = {1.6180339887498949, 0.6180339887498949, 2.6180339887498949};
char* trace_data = hamlet_scene_2;

// Pages of the data segment that `--absent` gives back to the kernel before anything has touched them.
struct UntouchedPage {
  char text[32];
  char rest[4096 - 32];
};
alignas(4096) UntouchedPage untouched_pages[] = {
    {"untouched page 0", "a"}, {"untouched page 1", "b"}, {"untouched page 2", "c"},
    {"untouched page 3", "d"}, {"untouched page 4", "e"}, {"untouched page 5", "f"},
    {"untouched page 6", "g"}, {"untouched page 7", "h"},
};

namespace {

const std::size_t page_bytes = 4096;
const std::size_t region_pages = 64;
const std::size_t mapped_pages = 16;

struct Options {
  double seconds = 60;
  std::size_t strings = 8000;
  bool absent = false;
  bool timed = false;
};

void say_region(const char* name, const void* first, std::size_t bytes) {
  const char* begin = static_cast<const char*>(first);
  std::printf("region %s %p %p\n", name, static_cast<const void*>(begin),
              static_cast<const void*>(begin + bytes));
}

char* new_region() {
  void* memory = nullptr;
  if (posix_memalign(&memory, page_bytes, region_pages * page_bytes) != 0) std::abort();
  std::memset(memory, 1, region_pages * page_bytes);
  return static_cast<char*>(memory);
}

void touch(volatile char* region, std::size_t pages) {
  for (std::size_t page = 0; page < pages; ++page) region[page * page_bytes]++;
}

// Reads a byte of every page of the program's own segments, so that code and data are resident.
int touch_segments(dl_phdr_info* info, std::size_t, void*) {
  const volatile char* base = reinterpret_cast<const volatile char*>(info->dlpi_addr);
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || segment.p_filesz == 0) continue;
    for (std::uintptr_t at = segment.p_vaddr; at < segment.p_vaddr + segment.p_filesz; at += page_bytes)
      static_cast<void>(base[at]);
    static_cast<void>(base[segment.p_vaddr + segment.p_filesz - 1]);
  }
  return 1;  // the first one is the program itself: no libraries
}

char* map_shared(std::size_t pages) {
  void* memory = mmap(nullptr, pages * page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) std::abort();
  return static_cast<char*>(memory);
}

// Makes the processor forget all translations of this process. It sets the Accessed bit of a PTE when it
// loads the PTE into the TLB; as long as an entry stays there, its page looks cold however often it is used,
// and a process that is nearly alone on its processor keeps its entries for seconds. Linux invalidates more
// than 33 pages at once by flushing everything; taking away the right to write is such an occasion. The pages
// are shared ones: no VMA splits or melts.
class TlbFlush {
 public:
  TlbFlush() : area_(map_shared(flushed_pages)) { touch(area_, flushed_pages); }
  ~TlbFlush() { munmap(area_, flushed_pages * page_bytes); }
  void flush() {
    mprotect(area_, flushed_pages * page_bytes, PROT_READ);
    mprotect(area_, flushed_pages * page_bytes, PROT_READ | PROT_WRITE);
  }

 private:
  static const std::size_t flushed_pages = 64;
  char* area_;
};

// Touches the hot region a hundred times a second while it is on.
class Heater {
 public:
  explicit Heater(char* region) : region_(region), thread_([this] { run(); }) {}
  ~Heater() {
    end_ = true;
    thread_.join();
  }
  void set(bool on) { on_ = on; }

 private:
  void run() {
    while (!end_) {
      if (on_) {
        touch(region_, region_pages);
        tlb_.flush();
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }

  char* region_;
  TlbFlush tlb_;
  std::atomic<bool> on_{false}, end_{false};
  std::thread thread_;
};

// Strings of 12 to 1,024 bytes, cut from Hamlet, in rounds.
class Strings {
 public:
  explicit Strings(std::size_t count) : count_(count) {}
  ~Strings() {
    for (char* string : strings_) std::free(string);
  }

  void insert() {
    while (strings_.size() < count_) {
      const std::size_t bytes = 12 + random_() % 1013;
      char* string = static_cast<char*>(std::malloc(bytes));
      if (!string) std::abort();
      std::memcpy(string, hamlet_scene_1 + random_() % (sizeof hamlet_scene_1 - bytes), bytes - 1);
      string[bytes - 1] = 0;
      strings_.push_back(string);
    }
  }

  void swap() {
    for (std::size_t i = 0; i < strings_.size(); ++i)
      std::swap(strings_[i], strings_[random_() % strings_.size()]);
  }

  // Reads strings by Zipf's law: few of them often, most of them hardly ever. Returns a number made of all
  // that was read, so that no compiler leaves the reading out.
  std::size_t read(std::size_t times) {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < times && !strings_.empty(); ++i) {
      const double chance = (static_cast<double>(random_()) + 1) / 4294967296.0;
      const std::size_t rank =
          static_cast<std::size_t>(std::pow(static_cast<double>(strings_.size()), 1 - chance));
      sum += std::strlen(strings_[rank % strings_.size()]);
    }
    return sum;
  }

  void remove_most() {
    const std::size_t kept = strings_.size() / 5;
    while (strings_.size() > kept) {
      std::free(strings_.back());
      strings_.pop_back();
    }
  }

 private:
  std::size_t count_;
  std::mt19937 random_{20};
  std::vector<char*> strings_;
};

class Workload {
 public:
  explicit Workload(const Options& options)
      : options_(options),
        strings_(options.strings),
        hot_(new_region()),
        cold_(new_region()),
        heater_(hot_) {}
  ~Workload() {
    unmap();
    heater_.set(false);
  }

  void prepare() {
    phase("insert");
    strings_.insert();
    say_region("hot", hot_, region_pages * page_bytes);
    say_region("cold", cold_, region_pages * page_bytes);
    say_region("hamlet_scene_1", hamlet_scene_1, sizeof hamlet_scene_1);
    say_region("hamlet_scene_2", hamlet_scene_2, sizeof hamlet_scene_2);
    say_region("hamlet_scene_3", hamlet_scene_3, sizeof hamlet_scene_3);
    dl_iterate_phdr(touch_segments, nullptr);
    if (options_.absent) leave_out(2, 2), leave_out(5, 1);
    std::printf("ready\n");
  }

  void round(double seconds) {
    phase("insert");
    strings_.insert();
    phase("swap");
    strings_.swap();
    heat();
    phase("read");
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (std::chrono::steady_clock::now() < end) {
      checksum_ += strings_.read(100);
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    rest();
    phase("delete");
    strings_.remove_most();
  }

  // Touches the cold region, and from now on the hot one.
  void heat() {
    touch(cold_, region_pages);
    heater_.set(true);
    phase("heat");
  }

  void rest() {
    heater_.set(false);
    phase("rest");
  }

  // One VMA more: a shared mapping never melts into its neighbours. Every second page of it is present.
  void map() {
    if (mapped_) return;
    mapped_ = map_shared(mapped_pages);
    for (std::size_t page = 0; page < mapped_pages; page += 2) touch(mapped_ + page * page_bytes, 1);
    say_region("mapped", mapped_, mapped_pages * page_bytes);
    std::printf("mapped %p\n", static_cast<void*>(mapped_));
  }

  void unmap() {
    if (!mapped_) return;
    munmap(mapped_, mapped_pages * page_bytes);
    mapped_ = nullptr;
    std::printf("unmapped\n");
  }

 private:
  static void phase(const char* name) { std::printf("phase %s\n", name); }

  static void leave_out(std::size_t first, std::size_t pages) {
    if (madvise(&untouched_pages[first], pages * page_bytes, MADV_DONTNEED) != 0) std::abort();
    say_region("absent", &untouched_pages[first], pages * page_bytes);
  }

  Options options_;
  Strings strings_;
  char *hot_, *cold_, *mapped_ = nullptr;
  Heater heater_;
  std::size_t checksum_ = 0;
};

// The lines that a driver may send; the end of the input is `end`.
void commands(Workload& workload) {
  const std::map<std::string, std::function<void()>> known = {
      {"heat", [&] { workload.heat(); }},    {"rest", [&] { workload.rest(); }},
      {"map", [&] { workload.map(); }},      {"unmap", [&] { workload.unmap(); }},
      {"round", [&] { workload.round(1); }},
  };
  for (std::string line; std::getline(std::cin, line) && line != "end";) {
    const auto found = known.find(line);
    if (found == known.end())
      std::printf("unknown %s\n", line.c_str());
    else
      found->second();
  }
}

void rounds(Workload& workload, double seconds) {
  const int count = 5;
  for (int i = 0; i < count; ++i) {
    if (i == 1) workload.map();
    if (i == 3) workload.unmap();
    workload.round(seconds / count);
  }
}

[[noreturn]] void usage(int status) {
  std::fprintf(status ? stderr : stdout,
               "usage: workload [--seconds N] [--strings N] [--absent] [--timed]\n"
               "  --seconds N   how long the rounds take together (60), when no pipe drives it\n"
               "  --strings N   strings kept at most (8000)\n"
               "  --absent      leave three pages of the data segment absent\n"
               "  --timed       rounds even when standard input is a pipe\n");
  std::exit(status);
}

double number_after(int& i, int argc, char** argv, double least) {
  char* rest = nullptr;
  const double value = ++i < argc ? std::strtod(argv[i], &rest) : -1;
  if (!rest || *rest != 0 || !(value >= least) || value > 1e7) usage(2);
  return value;
}

Options options_of(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--help" || word == "-h") usage(0);
    if (word == "--absent")
      options.absent = true;
    else if (word == "--timed")
      options.timed = true;
    else if (word == "--seconds")
      options.seconds = number_after(i, argc, argv, 0);
    else if (word == "--strings")
      options.strings = static_cast<std::size_t>(number_after(i, argc, argv, 1));
    else
      usage(2);
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = options_of(argc, argv);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, 1 << 30);

  struct stat input;
  const bool driven = !options.timed && fstat(STDIN_FILENO, &input) == 0 &&
                      (S_ISFIFO(input.st_mode) || S_ISSOCK(input.st_mode));
  {
    Workload workload(options);
    workload.prepare();
    if (driven)
      commands(workload);
    else
      rounds(workload, options.seconds);
  }
  std::printf("bye\n");
  return 0;
}
