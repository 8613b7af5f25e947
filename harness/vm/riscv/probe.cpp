#include <fmt/format.h>

#include <harness/vm/qemu/process.hpp>
#include <harness/vm/riscv/probe.hpp>
#include <harness/vm/riscv/refused.hpp>
#include <set>

namespace memgrade::vm {
namespace {

using namespace std::chrono_literals;
using Clock = Session::Clock;

constexpr auto gdb_timeout = 30s;
constexpr std::uint64_t most_memory_bytes = 64U << 20;
constexpr unsigned most_stops = 20'000;

Status check(const Look& look) {
  std::uint64_t sum = 0;
  for (const PhysicalRange& range : look.memory) {
    if (range.bytes > most_memory_bytes || (sum += range.bytes) > most_memory_bytes) {
      return fail(ErrorKind::usage,
                  fmt::format("a look at a guest takes at most {} bytes", most_memory_bytes));
    }
  }
  return {};
}

Status check(const ProbePlan& plan) {
  for (const ProbePoint& point : plan.points) {
    if (Status good = check(point.look); !good) return good;
  }
  return plan.at_end ? check(*plan.at_end) : Status();
}

class Prober {
 public:
  Prober(Session& session, GdbClient gdb, const ProbePlan& plan, std::uint64_t memory_bytes)
      : session_(session), gdb_(std::move(gdb)), plan_(plan), memory_bytes_(memory_bytes) {
    out.hits.resize(plan.points.size());
  }
  // Until the run is over; the machine is then stopped, if it is still there.
  Status run();
  ProbeRun out;

 private:
  [[nodiscard]] bool waited_for(const ProbePoint& point) const;
  Status run_to_stop(bool& stopped);
  Status on_stop();
  Status place_breakpoints();
  Status step_over(std::uint64_t pc);
  Result<Snapshot> look(const Look& look, std::string name, unsigned hit);
  Status look_at_end();

  Session& session_;
  GdbClient gdb_;
  const ProbePlan& plan_;
  std::uint64_t memory_bytes_;
  std::set<std::uint64_t> placed_;
  unsigned stops_ = 0;
  bool running_ = false;
};

bool Prober::waited_for(const ProbePoint& point) const {
  const auto index = static_cast<std::size_t>(&point - plan_.points.data());
  return out.hits[index] < point.hit && !out.gave_up;
}

Status Prober::place_breakpoints() {
  std::set<std::uint64_t> wanted;
  for (const ProbePoint& point : plan_.points) {
    if (waited_for(point)) wanted.insert(point.address);
  }
  for (const std::uint64_t address : placed_) {
    if (wanted.contains(address)) continue;
    if (Status cleared = gdb_.clear_breakpoint(address); !cleared) return cleared;
  }
  for (const std::uint64_t address : wanted) {
    if (placed_.contains(address)) continue;
    if (Status set = gdb_.set_breakpoint(address); !set) return set;
  }
  placed_ = std::move(wanted);
  return {};
}

Status Prober::run() {
  if (Status placed = place_breakpoints(); !placed) return placed;
  while (!session_.over()) {
    bool stopped = false;
    if (Status ran = run_to_stop(stopped); !ran) return ran;
    if (!stopped) break;
    if (Status done = on_stop(); !done) return done;
  }
  if (plan_.at_end && session_.can_be_asked()) return look_at_end();
  return {};
}

Status Prober::run_to_stop(bool& stopped) {
  gdb_.resume();
  running_ = true;
  session_.start_clock();
  for (bool on = true; on;) {
    const auto seen = gdb_.has_stopped(session_.gdb().received);
    if (!seen) return std::unexpected(seen.error());
    if (*seen) break;
    on = session_.work(1h);
    if (!on) {
      // What came with the last bytes.
      const auto late = gdb_.has_stopped(session_.gdb().received);
      if (late && *late) running_ = false;
      session_.stop_clock();
      return {};
    }
  }
  running_ = false;
  session_.stop_clock();
  stopped = true;
  return {};
}

Status Prober::on_stop() {
  const auto pc = gdb_.read_register("pc");
  if (!pc) return std::unexpected(pc.error());
  const bool ours = placed_.contains(*pc);
  for (std::size_t i = 0; ours && i < plan_.points.size(); ++i) {
    const ProbePoint& point = plan_.points[i];
    if (point.address != *pc || !waited_for(point)) continue;
    if (++out.hits[i] != point.hit) continue;
    auto seen = look(point.look, point.name, point.hit);
    if (!seen) return std::unexpected(seen.error());
    out.snapshots.push_back(std::move(*seen));
    if (point.last) session_.end(GuestTermination::probed, point.name);
  }
  if (session_.over()) return {};
  out.gave_up = ++stops_ >= most_stops;
  if (Status placed = place_breakpoints(); !placed) return placed;
  return ours ? step_over(*pc) : Status();
}

// QEMU looks for a breakpoint before each instruction, also before the one that it goes on with.
Status Prober::step_over(std::uint64_t pc) {
  if (!placed_.contains(pc)) return {};
  if (Status cleared = gdb_.clear_breakpoint(pc); !cleared) return cleared;
  const Status stepped = gdb_.step();
  // The instruction may have been the guest's last.
  if (!stepped) return session_.over() ? Status() : stepped;
  return gdb_.set_breakpoint(pc);
}

Result<Snapshot> Prober::look(const Look& wanted, std::string name, unsigned hit) {
  Snapshot snapshot{.name = std::move(name), .hit = hit, .registers = {}, .memory = {}, .mappings = {}};
  StoppedGuest guest(gdb_, memory_bytes_);
  std::vector<std::string> registers{"pc", "priv", "satp"};
  registers.insert(registers.end(), wanted.registers.begin(), wanted.registers.end());
  for (const std::string& name_of : registers) {
    const auto value = guest.read_register(name_of);
    if (!value) return std::unexpected(value.error());
    snapshot.registers[name_of] = *value;
  }
  for (const PhysicalRange& range : wanted.memory) {
    auto bytes = guest.read_physical(range.address, range.bytes);
    if (!bytes) return std::unexpected(bytes.error());
    snapshot.memory.push_back(std::move(*bytes));
  }
  for (const VirtualRange& range : wanted.mappings) {
    auto listing = guest.list(snapshot.registers["satp"], range.first, range.last);
    if (!listing) return std::unexpected(listing.error());
    snapshot.mappings.push_back(std::move(*listing));
  }
  if (wanted.more) {
    if (Status done = wanted.more(guest); !done) return std::unexpected(done.error());
  }
  return snapshot;
}

Status Prober::look_at_end() {
  if (running_) {
    gdb_.interrupt();
    if (Status stopped = gdb_.wait_for_stop(); !stopped) return session_.can_be_asked() ? stopped : Status();
  }
  auto seen = look(*plan_.at_end, "end", 0);
  // It may have come to its own end meanwhile.
  if (!seen) return session_.can_be_asked() ? std::unexpected(seen.error()) : Status();
  out.end = std::move(*seen);
  return {};
}

GdbLine line_of(Session& session) {
  return {.send = [&session](std::string_view bytes) { session.gdb().send(bytes); },
          .receive =
              [&session](std::string& received) {
                const auto deadline = Clock::now() + gdb_timeout;
                std::string& came = session.gdb().received;
                while (came.empty() && Clock::now() < deadline && session.attend(deadline - Clock::now()))
                  continue;
                received += came;
                const bool any = !came.empty();
                came.clear();
                return any;
              }};
}

Status look_into(Session& session, const ProbePlan& plan, std::uint64_t memory_bytes, ProbeRun& out) {
  auto gdb = GdbClient::open(line_of(session));
  if (!gdb) return std::unexpected(gdb.error());
  Prober prober(session, std::move(*gdb), plan, memory_bytes);
  Status done = prober.run();
  out = std::move(prober.out);
  return done;
}

}  // namespace

Result<ProbeRun> probe(const Emulator& emulator, const exec::Sandbox& sandbox, const RiscvMachine& machine,
                       const GuestLimits& limits, const ProbePlan& plan, LineWatch watch,
                       std::stop_token stop) {
  if (Status good = check(plan); !good) return std::unexpected(good.error());
  const auto machine_plan = plan_of(machine, true);
  if (!machine_plan) return std::unexpected(machine_plan.error());
  auto started = Session::start(
      emulator, sandbox, {.machine = *machine_plan, .limits = limits, .watch = std::move(watch)}, stop);
  if (!started) return std::unexpected(started.error());
  Session& session = **started;
  if (!session.refusal().empty()) {
    auto run = refused(emulator, sandbox, machine, session.refusal(), std::move(stop));
    if (!run) return std::unexpected(run.error());
    return ProbeRun{.run = std::move(*run),
                    .snapshots = {},
                    .hits = std::vector<unsigned>(plan.points.size()),
                    .end = {}};
  }
  ProbeRun out;
  const Status probed = look_into(session, plan, machine.memory_bytes, out);
  // When the emulator failed or was interrupted, that is the better reason.
  auto run = session.finish();
  if (!run) return std::unexpected(run.error());
  if (!probed) return std::unexpected(probed.error());
  out.run = std::move(*run);
  return out;
}

}  // namespace memgrade::vm
