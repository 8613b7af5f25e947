// The oracle `paging`: its keys, its facts as JSON, and its sentences. The machine is in simulate.cpp.
#include <fmt/format.h>

#include <harness/oracle/paging/paging.hpp>
#include <harness/oracle/paging/simulator.hpp>
#include <harness/oracle/params.hpp>
#include <set>

namespace memgrade::oracle {
namespace {

struct Setup {
  Machine machine;
  std::vector<std::uint64_t> addresses;
  std::string_view store;  // in the caller's Files
};

Result<Setup> read_setup(const Json& given, const Files& files) {
  Params params(paging_spec(), given);
  Setup setup;
  setup.machine.space.page_bytes = params.power_of_two("page_bytes", 1 << 16);
  setup.machine.space.pages = params.power_of_two("pages", 1 << 16);
  setup.machine.frames = params.count("frames", 1, 1 << 16);
  setup.machine.tlb_entries = params.count("tlb_entries", 1, 1 << 16);
  setup.machine.policy = params.text("policy") == "lru" ? Policy::lru : Policy::fifo;
  setup.store = params.file("store", files);
  const std::string_view trace = params.file("trace", files);
  if (const Status status = params.status(); !status) return std::unexpected(status.error());

  Result<std::vector<std::uint64_t>> addresses =
      parse_trace(trace, params.text("trace"), setup.machine.space);
  if (!addresses) return std::unexpected(addresses.error());
  setup.addresses = std::move(*addresses);
  return setup;
}

// The byte at an address of the store as a signed number, or null beyond its end.
Json value_at(std::string_view store, std::uint64_t address) {
  if (address >= store.size()) return nullptr;
  return static_cast<int>(static_cast<signed char>(store[address]));
}

Json translations(const Setup& setup, const Simulation& simulation) {
  Json virtual_addresses = Json::array(), physical_addresses = Json::array(), values = Json::array();
  for (const Access& access : simulation.accesses) {
    virtual_addresses.push_back(access.address);
    physical_addresses.push_back(access.frame * setup.machine.space.page_bytes + access.offset);
    values.push_back(value_at(setup.store, access.address));
  }
  return {{"rows", simulation.accesses.size()},
          {"virtual", std::move(virtual_addresses)},
          {"physical", std::move(physical_addresses)},
          {"value", std::move(values)}};
}

double rate(std::uint64_t part, std::size_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string event(const Machine& machine, const Access& access) {
  if (access.tlb_hit) return fmt::format("in the TLB, frame {}", access.frame);
  if (!access.page_fault)
    return fmt::format("not in the TLB, no page fault: page {} is in frame {}", access.page, access.frame);
  if (!access.evicted_page)
    return fmt::format("not in the TLB, page fault, page {} is loaded into the free frame {}", access.page,
                       access.frame);
  return fmt::format("not in the TLB, page fault, page {} is loaded into the frame of page {} ({}){}",
                     access.page, *access.evicted_page,
                     machine.policy == Policy::fifo ? "the oldest" : "the least recently used",
                     access.evicted_stood_in_tlb ? ", whose TLB entry must not be used again" : "");
}

}  // namespace

const TermSpec& paging_spec() {
  static const TermSpec spec{
      .name = "paging",
      .doc =
          "Demand paging with a TLB: page faults, TLB hits, and the physical address and value of every "
          "access.",
      .fields = {
          {.key = "trace",
           .required = true,
           .doc = "The file with one address a line.",
           .refers_to = Reference{"run file"}},
          {.key = "store",
           .required = true,
           .doc = "The backing store; page p begins at byte p * page_bytes.",
           .refers_to = Reference{"run file"}},
          {.key = "page_bytes",
           .type = FieldType::integer,
           .fallback = 256,
           .unit = "bytes",
           .doc = "The size of a page and of a frame, a power of two."},
          {.key = "pages",
           .type = FieldType::integer,
           .fallback = 256,
           .doc = "Pages of the virtual memory, a power of two. Only the bits of an address count that "
                  "select one of its bytes."},
          {.key = "frames",
           .type = FieldType::integer,
           .required = true,
           .doc = "Frames of the physical memory. With fewer frames than pages, pages are replaced."},
          {.key = "tlb_entries", .type = FieldType::integer, .fallback = 16, .doc = "Entries of the TLB."},
          {.key = "policy",
           .type = FieldType::choice,
           .required = true,
           .doc = "What the TLB and page replacement evict: what came first (fifo), or what was used the "
                  "longest time ago (lru).",
           .choices = {"fifo", "lru"}},
      }};
  return spec;
}

const std::vector<std::string>& paging_facts() {
  static const std::vector<std::string> names{
      "addresses",          "page_faults",          "page_fault_rate",
      "tlb_hits",           "tlb_hit_rate",         "translations",
      "translations.rows",  "translations.virtual", "translations.physical",
      "translations.value", "unambiguous",          "accepted.page_faults",
      "accepted.tlb_hits"};
  return names;
}

Result<Json> paging_truth(const Json& params, const Files& files) {
  const Result<Setup> setup = read_setup(params, files);
  if (!setup) return std::unexpected(setup.error());
  const Simulation simulation = simulate(setup->machine, setup->addresses);

  std::set<std::uint64_t> tlb_hits, page_faults;
  for (const StaleEntry way : stale_entry_ways()) {
    const Simulation other = simulate(setup->machine, setup->addresses, way);
    tlb_hits.insert(other.tlb_hits);
    page_faults.insert(other.page_faults);
  }
  return Json{{"addresses", setup->addresses.size()},
              {"page_faults", simulation.page_faults},
              {"page_fault_rate", rate(simulation.page_faults, setup->addresses.size())},
              {"tlb_hits", simulation.tlb_hits},
              {"tlb_hit_rate", rate(simulation.tlb_hits, setup->addresses.size())},
              {"translations", translations(*setup, simulation)},
              {"unambiguous", tlb_hits.size() == 1 && page_faults.size() == 1},
              {"accepted", {{"page_faults", page_faults}, {"tlb_hits", tlb_hits}}}};
}

std::string paging_explain(const Json& params, const Files& files, std::size_t step) {
  const Result<Setup> setup = read_setup(params, files);
  if (!setup) return setup.error().text();
  if (step >= setup->addresses.size())
    return fmt::format("the trace has only {} addresses", setup->addresses.size());
  const Simulation simulation = simulate(setup->machine, std::span(setup->addresses).first(step + 1));
  const Access& access = simulation.accesses[step];
  const Json value = value_at(setup->store, access.address);
  return fmt::format("access {}, address {} (page {}, offset {}): {}; {}", step + 1, access.address,
                     access.page, access.offset, event(setup->machine, access),
                     value.is_null() ? "no value, the byte is beyond the end of the backing store"
                                     : "value " + dump_json(value, -1));
}

}  // namespace memgrade::oracle
