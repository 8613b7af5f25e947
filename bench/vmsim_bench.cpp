// How fast the virtual-memory simulator is: accesses a second on a trace with locality, against a
// straightforward linear-search simulator in the same run, and the cost of an access from 16 to 65,536
// frames.
//
// The trace: 10 million accesses, page ranks drawn from a Zipf law with exponent 1 (the k-th page as likely
// as 1/k), ranks scattered over the page numbers by a fixed permutation, a fixed seed. Both simulators must
// count the same, or the run fails. Not measured: reading a trace, loading bytes, printing.
#include "linear_simulator.hpp"

#include <vmsim/simulate.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace {

using vmsim::MachineConfig;
using vmsim::PageNumber;
using vmsim::Statistics;
using Trace = std::vector<PageNumber>;

constexpr std::size_t kAccesses = 10'000'000;
constexpr std::uint64_t kSeed = 20'240'601;
constexpr std::size_t kTlbEntries = 16;

Trace zipf_trace(std::size_t pages, double exponent) {
  std::vector<double> reach(
      pages);  // reach[k]: how likely a rank of at most k is, not yet divided by the sum
  double sum = 0;
  for (std::size_t k = 0; k < pages; ++k) reach[k] = sum += std::pow(static_cast<double>(k + 1), -exponent);
  std::mt19937_64 draw(kSeed);
  Trace page_of_rank(pages);
  std::iota(page_of_rank.begin(), page_of_rank.end(), 0U);
  std::shuffle(page_of_rank.begin(), page_of_rank.end(), draw);
  Trace trace(kAccesses);
  for (PageNumber& page : trace) {
    const double at = static_cast<double>(draw() >> 11) * 0x1p-53 * sum;
    const auto rank = std::lower_bound(reach.begin(), reach.end(), at) - reach.begin();
    page = page_of_rank[std::min(static_cast<std::size_t>(rank), pages - 1)];
  }
  return trace;
}

// Made once for each number of pages.
const Trace& trace_of(unsigned page_bits) {
  static std::map<unsigned, Trace> traces;
  Trace& trace = traces[page_bits];
  if (trace.empty()) trace = zipf_trace(std::size_t{1} << page_bits, 1.0);
  return trace;
}

MachineConfig machine(unsigned page_bits, std::size_t frames) {
  MachineConfig config;
  config.geometry.page_bits = page_bits;
  config.frames = frames;
  config.tlb_entries = kTlbEntries;
  return config;
}

void report(benchmark::State& state, const Statistics& counts) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kAccesses));
  state.counters["fault_rate"] = counts.page_fault_rate();
  state.counters["tlb_hit_rate"] = counts.tlb_hit_rate();
  state.counters["s_per_access"] =
      benchmark::Counter(static_cast<double>(kAccesses),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void vmsim_run(benchmark::State& state, const std::string& policy, unsigned page_bits) {
  const Trace& trace = trace_of(page_bits);
  const MachineConfig config = machine(page_bits, static_cast<std::size_t>(state.range(0)));
  Statistics counts;
  for (auto _ : state) counts = *vmsim::simulate(policy, config, trace);
  report(state, counts);
}

// One run of each simulator an iteration, one after the other, so that noise of the host falls on both.
void against_linear(benchmark::State& state, const std::string& policy, unsigned page_bits) {
  const Trace& trace = trace_of(page_bits);
  const auto frames = static_cast<std::size_t>(state.range(0));
  const auto linear_policy = policy == "lru" ? bench::LinearPolicy::lru : bench::LinearPolicy::fifo;
  std::clock_t linear_ticks = 0;  // of processor time: other programs on the host do not count
  std::clock_t vmsim_ticks = 0;
  for (auto _ : state) {
    const std::clock_t start = std::clock();
    const Statistics expected = bench::LinearSimulator(linear_policy, frames, kTlbEntries).run(trace);
    const std::clock_t middle = std::clock();
    const Statistics counts = *vmsim::simulate(policy, machine(page_bits, frames), trace);
    vmsim_ticks += std::clock() - middle;
    linear_ticks += middle - start;
    if (!(counts == expected)) {
      state.SkipWithError("the two simulators count differently");
      return;
    }
    state.counters["fault_rate"] = counts.page_fault_rate();
    state.counters["tlb_hit_rate"] = counts.tlb_hit_rate();
  }
  const double accesses = static_cast<double>(state.iterations()) * static_cast<double>(kAccesses);
  const double tick_ns = 1e9 / CLOCKS_PER_SEC;
  state.counters["linear_ns"] = static_cast<double>(linear_ticks) * tick_ns / accesses;
  state.counters["vmsim_ns"] = static_cast<double>(vmsim_ticks) * tick_ns / accesses;
  state.counters["times_faster"] = static_cast<double>(linear_ticks) / static_cast<double>(vmsim_ticks);
}

// The page numbers: 10 bits at 256 frames (four times the frames), 18 bits for the sweep (four times the
// largest memory).
constexpr unsigned kSmallPageBits = 10;
constexpr unsigned kSweepPageBits = 18;

void register_all() {
  for (const std::string policy : {"fifo", "lru"}) {
    benchmark::RegisterBenchmark(("against_linear/" + policy).c_str(), against_linear, policy, kSmallPageBits)
        ->Arg(256)
        ->Iterations(3)
        ->Unit(benchmark::kMillisecond);
  }
  for (const std::string policy : {"fifo", "lru", "clock"}) {
    benchmark::RegisterBenchmark(("vmsim/" + policy).c_str(), vmsim_run, policy, kSmallPageBits)
        ->Arg(256)
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark(("cost_by_frames/" + policy).c_str(), vmsim_run, policy, kSweepPageBits)
        ->RangeMultiplier(4)
        ->Range(16, 65'536)
        ->Unit(benchmark::kMillisecond);
  }
}

}  // namespace

int main(int argc, char** argv) {
  register_all();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
