#include <fmt/format.h>

#include <algorithm>
#include <harness/base/elf.hpp>
#include <harness/base/files.hpp>
#include <harness/base/numbers.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/riscv_kernel/page_table_probe.hpp>
#include <harness/oracle/rv64/buddy_tree.hpp>
#include <harness/oracle/rv64/sv39.hpp>
#include <map>
#include <set>

namespace memgrade::collect {
namespace {

constexpr std::uint64_t kMostImageBytes = 64U << 20;
constexpr std::size_t kMostGiven = 4096;

constexpr int kMostBoots = 3;

// A time at a place; the end of the boot has no address.
struct Place {
  std::optional<std::uint64_t> address;
  unsigned hit = 0;
  auto operator<=>(const Place&) const = default;
};

// One look of several tasks is one look.
std::string key_of(const Json& look) {
  return dump_json(look, -1);
}

std::string image_of(const KernelMachine& machine, const Json& look) {
  return machine.built().image_of_part(look.value("image", ""), look.value("part", ""));
}

PageTableProbe not_reached(std::string why) {
  PageTableProbe probe;
  probe.why = std::move(why);
  return probe;
}

AllocatorReading not_read(std::string why) {
  AllocatorReading reading;
  reading.inconclusive = std::move(why);
  return reading;
}

std::string permissions_of(std::uint64_t flags) {
  using namespace oracle::sv39;
  std::string text;
  for (const auto& [bit, letter] : {std::pair(pte_r, 'r'), {pte_w, 'w'}, {pte_x, 'x'}, {pte_u, 'u'}})
    text += flags & bit ? letter : '-';
  return text;
}

PageTableProbe probe_of(const oracle::sv39::Listing& listing) {
  PageTableProbe probe;
  probe.reached = true;
  for (const auto& mapping : listing.mappings)
    probe.mappings.push_back(
        {mapping.address, mapping.end() - 1, permissions_of(mapping.flags), mapping.physical});
  for (const auto& pte : listing.broken) probe.refused.push_back({pte.address, permissions_of(pte.step.pte)});
  return probe;
}

// The looks into one image, during one boot of it.
class Prober {
 public:
  Prober(const KernelMachine& machine, std::string image, const Json& looks, ByName<PageTableProbe>& answers)
      : machine_(machine), image_(std::move(image)), probes_(looks), answers_(answers) {}
  Status run();

 private:
  Status read_image();
  [[nodiscard]] std::expected<Place, std::string> place_of(const Json& named) const;
  void plan();
  Status see(vm::StoppedGuest& guest, const Place& place);
  Result<PageTableProbe> take(vm::StoppedGuest& guest, const Json& look, std::uint64_t satp);
  Result<AllocatorReading> allocator(vm::StoppedGuest& guest, const std::string& symbol) const;
  [[nodiscard]] std::optional<std::uint64_t> physical_of(std::uint64_t address) const;

  const KernelMachine& machine_;
  std::string image_;
  const Json& probes_;
  ByName<PageTableProbe>& answers_;
  std::expected<Elf, std::string> elf_;
  std::map<Place, std::vector<const Json*>> wanted_;  // places without looks are there for their page table
  std::map<Place, std::uint64_t> tables_;             // satp, as it was
};

Status Prober::read_image() {
  const auto bytes = read_untrusted(machine_.path(image_), kMostImageBytes);
  if (!bytes) return std::unexpected(bytes.error());
  elf_ = parse_elf(bytes->bytes);
  return {};
}

std::expected<Place, std::string> Prober::place_of(const Json& named) const {
  const std::string at = named.value("at", "");
  if (at == "end") return Place{};
  Place place{.address = std::nullopt, .hit = named.value("hit", 1U)};
  if (at.starts_with("0x")) {
    place.address = parse_hex(at);
    if (!place.address) return std::unexpected(at + " is no address");
    return place;
  }
  const ElfSymbol* symbol = elf_ ? elf_->find(at) : nullptr;
  if (!symbol) return std::unexpected(elf_ ? fmt::format("the image has no symbol {}", at) : elf_.error());
  place.address = symbol->value;
  return place;
}

void Prober::plan() {
  for (const Json& look : probes_) {
    if (image_of(machine_, look) != image_) continue;
    const auto place = place_of(look);
    const auto table = look.contains("table") ? place_of(look.at("table")) : place;
    if (!place || !table) {
      answers_[key_of(look)] = not_reached(place ? table.error() : place.error());
      continue;
    }
    wanted_[*place].push_back(&look);
    wanted_[*table];
  }
}

Status Prober::see(vm::StoppedGuest& guest, const Place& place) {
  const auto satp = guest.read_register("satp");
  if (!satp) return std::unexpected(satp.error());
  tables_[place] = *satp;
  for (const Json* look : wanted_[place]) {
    auto seen = take(guest, *look, *satp);
    if (!seen) return std::unexpected(seen.error());
    answers_[key_of(*look)] = std::move(*seen);
  }
  return {};
}

Result<PageTableProbe> Prober::take(vm::StoppedGuest& guest, const Json& look, std::uint64_t satp) {
  if (look.contains("table")) {
    const auto table = tables_.find(*place_of(look.at("table")));
    if (table == tables_.end())
      return not_reached("the kernel did not get to where its page table was in use");
    satp = table->second;
  }
  const auto listing =
      guest.list(satp, look.value("first", std::uint64_t{0}), look.value("last", std::uint64_t{0}));
  if (!listing) return std::unexpected(listing.error());
  PageTableProbe seen = probe_of(*listing);
  if (const std::string symbol = look.value("allocator", ""); !symbol.empty()) {
    auto tree = allocator(guest, symbol);
    if (!tree) return std::unexpected(tree.error());
    seen.allocator = std::move(*tree);
  }
  return seen;
}

// Where a kernel without paging has it.
std::optional<std::uint64_t> Prober::physical_of(std::uint64_t address) const {
  for (const ElfSegment& segment : elf_->segments)
    if (address >= segment.address && address - segment.address < segment.bytes)
      return segment.physical + (address - segment.address);
  return std::nullopt;
}

// A framework that defines it in a header has one in each of its source files; one of them is in use.
Result<AllocatorReading> Prober::allocator(vm::StoppedGuest& guest, const std::string& symbol) const {
  bool any = false;
  if (!elf_) return not_read(elf_.error());
  for (const ElfSymbol& one : elf_->symbols) {
    if (one.name != symbol || one.bytes < oracle::buddy_tree_bytes) continue;
    any = true;
    const auto at = physical_of(one.value);
    if (!at) continue;
    const auto bytes = guest.read_physical(*at, oracle::buddy_tree_bytes);
    if (!bytes) return std::unexpected(bytes.error());
    const auto tree = oracle::parse_buddy_tree(bytes->value_or(""));
    if (!tree) continue;
    const oracle::BuddyTreeReading reading = oracle::read_buddy_tree(*tree);
    AllocatorReading kept{"", tree->base, reading.free_pages, reading.diagnostics, reading.picture, {}};
    for (const auto& [first, last] : reading.given)
      if (kept.given.size() < kMostGiven) kept.given.emplace_back(first, last);
    return kept;
  }
  return not_read(any ? fmt::format("nothing named {} is in use", symbol)
                      : fmt::format("the image has no {} as in the handout", symbol));
}

Status Prober::run() {
  if (auto read = read_image(); !read) return read;
  plan();
  if (wanted_.empty() || machine_.prints_nothing(image_)) return {};
  vm::ProbePlan plan;
  for (const auto& [place, looks] : wanted_) {
    vm::Look look;
    look.more = [this, place = place](vm::StoppedGuest& guest) { return see(guest, place); };
    if (!place.address) {
      plan.at_end = std::move(look);
      continue;
    }
    vm::ProbePoint point;
    point.name = fmt::format("{:#x}", *place.address);
    point.address = *place.address;
    point.hit = place.hit;
    point.look = std::move(look);
    plan.points.push_back(std::move(point));
  }
  const auto counted = machine_.plain_boot(image_);
  if (!counted) return std::unexpected(counted.error());
  const ByName<PageTableProbe> not_seen = answers_;
  for (int boot = 1;; ++boot) {
    const auto probed = machine_.probe(image_, plan);
    if (!probed) return std::unexpected(probed.error());
    if (boot == kMostBoots || probed->run.console.bytes == counted->console.bytes) return {};
    answers_ = not_seen;
    tables_.clear();
  }
}

}  // namespace

PageTableProbes::PageTableProbes(const KernelMachine& machine, const Json& all) : machine_(machine) {
  std::set<std::string> keys;
  for (const Json& look : all) {
    if (keys.insert(key_of(look)).second) all_.push_back(look);
    images_.try_emplace(image_of(machine, look));
  }
}

Result<ByName<PageTableProbe>> PageTableProbes::take(const Json& looks) const {
  ByName<PageTableProbe> answers;
  for (const Json& look : looks) {
    const std::string image = image_of(machine_, look);
    PageTableProbe& answer = answers[look.value("look", "")] = not_reached("the kernel did not get there");
    if (!machine_.has(image)) continue;
    Once& once = images_.at(image);
    std::call_once(once.done, [&] { once.status = Prober(machine_, image, all_, once.answers).run(); });
    if (!once.status) return std::unexpected(once.status.error());
    if (const PageTableProbe* found = once.answers.find(key_of(look))) answer = *found;
  }
  return answers;
}

}  // namespace memgrade::collect
