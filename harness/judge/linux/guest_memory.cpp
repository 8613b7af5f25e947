#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <harness/base/text.hpp>
#include <harness/judge/linux/guest_memory.hpp>

namespace memgrade::judge {
namespace {

using Pairs = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

// [[a, b], …] in order; nothing when it is anything else.
std::optional<Pairs> pairs_of(const Json& list) {
  if (!list.is_array()) return std::nullopt;
  Pairs pairs;
  pairs.reserve(list.size());
  for (const Json& entry : list) {
    if (!entry.is_array() || entry.size() != 2) return std::nullopt;
    const auto first = whole(entry[0]), second = whole(entry[1]);
    if (!first || !second) return std::nullopt;
    pairs.emplace_back(*first, *second);
  }
  if (!std::ranges::is_sorted(pairs, {}, &Pairs::value_type::first)) return std::nullopt;
  return pairs;
}

std::optional<std::vector<Vma>> vmas_of(const Json& list) {
  if (!list.is_array()) return std::nullopt;
  std::vector<Vma> vmas;
  for (const Json& entry : list) {
    const auto first = whole(param(entry, "first")), last = whole(param(entry, "last"));
    if (!first || !last || *last < *first) return std::nullopt;
    if (!vmas.empty() && *first <= vmas.back().last) return std::nullopt;
    vmas.push_back({*first, *last, text_at(entry, "rights"), text_at(entry, "name")});
  }
  return vmas;
}

std::optional<ProcessMemory> memory_in(const Json& observation) {
  auto vmas = vmas_of(param(observation, "vmas"));
  auto pages = pairs_of(param(observation, "pages")), ram = pairs_of(param(observation, "ram"));
  if (!vmas || !pages || !ram || vmas->empty()) return std::nullopt;
  return ProcessMemory{*std::move(vmas), *std::move(pages), *std::move(ram)};
}

}  // namespace

std::string text_at(const Json& object, std::string_view key) {
  const Json& value = param(object, key);
  return value.is_string() ? printable(value.get_ref<const std::string&>()) : std::string();
}

std::optional<std::uint64_t> whole(const Json& value) {
  const auto given = number(value);
  if (!given || *given < 0 || *given > 18446744073709551615.0L || std::floor(*given) != *given)
    return std::nullopt;
  return static_cast<std::uint64_t>(*given);
}

std::string GuestFile::cut() const {
  if (stream == nullptr || !stream->cut) return {};
  return fmt::format(" (of the file's {} bytes only the first {} were kept)", stream->total_bytes,
                     stream->bytes.size());
}

std::string run_name(std::string_view fact_name) {
  return std::string(fact_name.substr(0, fact_name.find('.')));
}

GuestFile guest_file(const Json& params, const Observed& observed, std::string_view key) {
  const std::string fact_name = text_param(params, key);
  GuestFile file;
  const RunRecord* const run = observed.evidence.unobserved ? nullptr : run_of(observed.evidence, fact_name);
  const std::string_view rest = run != nullptr && fact_name.size() > run->name.size()
                                    ? std::string_view(fact_name).substr(run->name.size() + 1)
                                    : std::string_view();
  if (rest.starts_with("files.")) {
    file.name = rest.substr(6);
    const auto found = run->files.find(file.name);
    if (found != run->files.end()) file.stream = &found->second;
  }
  if (file.stream == nullptr) file.verdict = missing_fact(observed, fact_name, "a file");
  return file;
}

const Vma* ProcessMemory::vma_at(std::uint64_t address) const {
  const auto next = std::ranges::upper_bound(vmas, address, {}, &Vma::first);
  if (next == vmas.begin()) return nullptr;
  const Vma& before = *std::prev(next);
  return address <= before.last ? &before : nullptr;
}

std::optional<std::uint64_t> ProcessMemory::pfn_at(std::uint64_t address) const {
  const auto page = std::ranges::lower_bound(pages, address, {}, &Pairs::value_type::first);
  if (page == pages.end() || page->first != address) return std::nullopt;
  return page->second;
}

bool ProcessMemory::is_ram(std::uint64_t physical) const {
  return std::ranges::any_of(
      ram, [&](const auto& range) { return range.first <= physical && physical <= range.second; });
}

Memories memories_of(const Json& params, const Observed& observed, std::string_view key) {
  Memories memories;
  for (const std::string& name : texts_param(params, key)) {
    const Json& observation = fact(observed, name);
    auto memory = memory_in(observation);
    if (memory) {
      memories.seen.push_back(*std::move(memory));
      continue;
    }
    memories.verdict = observation.is_null()
                           ? missing_fact(observed, name, "the process's memory")
                           : fail_verdict("the process's memory", "nothing to compare with",
                                          fmt::format("{} does not hold the memory of a process", name));
    return memories;
  }
  if (memories.seen.empty())
    memories.verdict =
        fail_verdict("the process's memory", "nothing", "the case does not say what to compare with");
  return memories;
}

std::string show_address(std::uint64_t address, const Vma* vma) {
  if (vma == nullptr) return fmt::format("{:#x}", address);
  return fmt::format("{:#x} ({}{}{})", address, vma->permissions, vma->name.empty() ? "" : " ", vma->name);
}

FieldSpec guest_file_field(std::string doc) {
  return {.key = "file", .type = FieldType::fact, .required = true, .doc = std::move(doc)};
}

FieldSpec memory_field() {
  return {.key = "memory",
          .type = FieldType::fact,
          .required = true,
          .list = true,
          .doc =
              "Observations of the process, `oracle.scan.memory.before`. With several, what all of them "
              "hold must be found, and what one of them holds may be."};
}

}  // namespace memgrade::judge
