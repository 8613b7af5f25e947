// vm: a virtual-memory manager. Translates a trace of addresses and prints what stands at each, and
// statistics. The work is the library's; here is the order of it: read the arguments, read the trace,
// translate, print, exit. Text is printed as it comes, so an error in the middle follows the lines before it;
// JSON is printed whole or not at all.
#include <vmsim/cli/options.hpp>
#include <vmsim/cli/output.hpp>
#include <vmsim/physical_memory.hpp>
#include <vmsim/simulate.hpp>

#include <cstdio>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace vmsim;

constexpr const char* kVersion = "vm (vmsim) 1.0.0\n";
constexpr std::size_t kBufferBytes = std::size_t{1} << 16;

int fail(const Error& error) {
  std::fprintf(stderr, "vm: %s\n", error.message.c_str());
  return error.kind == ErrorKind::io ? 1 : 2;
}

// Writes `out` to standard output and empties it.
std::optional<Error> flush(std::string& out) {
  const bool written =
      std::fwrite(out.data(), 1, out.size(), stdout) == out.size() && std::fflush(stdout) == 0;
  out.clear();
  if (written) return std::nullopt;
  return Error{ErrorKind::io, "standard output: cannot write"};
}

// The machine that runs the trace: where pages are, what is in them, and the counts.
class Machine {
 public:
  Machine(const Options& options, std::span<const PageNumber> pages, BackingStore store)
      : geometry_(options.machine.geometry),
        mmu_(find_policy(options.policy)->make_mmu(options.machine, pages)),
        store_(std::move(store)),
        memory_(geometry_) {}

  // Translates and reads the address at place `now` of the trace.
  Result<Line> access(Address address, TraceIndex now) {
    const PageNumber page = geometry_.page_of(address);
    const Translation translation = mmu_->translate(page, now);
    statistics_.record(translation);
    if (translation.frame == kNoFrame) return Line{.virtual_address = address};
    if (translation.page_fault) {
      if (const auto error = memory_.load(translation.frame, page, store_)) return *error;
    }
    const std::uint64_t physical = geometry_.join(translation.frame, geometry_.offset_of(address));
    return Line{address, static_cast<std::int64_t>(physical), memory_.read(physical)};
  }

  const Statistics& statistics() const { return statistics_; }

 private:
  Geometry geometry_;
  std::unique_ptr<Mmu> mmu_;
  BackingStore store_;
  PhysicalMemory memory_;
  Statistics statistics_;
};

std::vector<PageNumber> pages_of(std::span<const Address> addresses, const Geometry& geometry) {
  std::vector<PageNumber> pages(addresses.size());
  for (std::size_t i = 0; i < pages.size(); ++i) pages[i] = geometry.page_of(addresses[i]);
  return pages;
}

// Adds one line to `out`; text is written out whenever the buffer is full.
std::optional<Error> show(const Options& options, const Line& line, bool first, std::string& out) {
  if (options.quiet) return std::nullopt;
  if (options.json) {
    json_line(out, line, first);
    return std::nullopt;
  }
  append_text(out, line);
  return out.size() < kBufferBytes ? std::nullopt : flush(out);
}

// Runs the whole trace and prints what is asked for.
std::optional<Error> run(const Options& options) {
  auto addresses = read_trace(options.trace_path, options.trace_format, options.machine.geometry);
  if (!addresses) return addresses.error();
  auto store = BackingStore::open(options.store_path, options.machine.geometry);
  if (!store) return store.error();

  const std::vector<PageNumber> pages = pages_of(*addresses, options.machine.geometry);
  Machine machine(options, pages, std::move(*store));
  std::string out;
  if (options.json) json_head(out, options);
  for (TraceIndex now = 0; now < addresses->size(); ++now) {
    const auto line = machine.access((*addresses)[now], now);
    if (!line) {
      if (!options.json) flush(out);
      return line.error();
    }
    if (const auto error = show(options, *line, now == 0, out)) return error;
  }
  if (options.json) {
    json_tail(out, options, machine.statistics());
  } else {
    append_text(out, machine.statistics());
  }
  return flush(out);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Result<Options> options = parse_options(argc, argv);
    if (!options) {
      const int status = fail(options.error());
      std::fputs("vm: see vm --help\n", stderr);
      return status;
    }
    std::string text = options->help ? usage() : kVersion;
    const auto error = options->help || options->version ? flush(text) : run(*options);
    return error ? fail(*error) : 0;
  } catch (const std::bad_alloc&) {
    return fail({ErrorKind::io, "out of memory"});
  }
}
