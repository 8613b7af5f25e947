#include <fmt/format.h>

#include <algorithm>
#include <harness/base/base64.hpp>
#include <harness/base/text.hpp>
#include <harness/oracle/procfs/snapshot_json.hpp>
#include <harness/oracle/procfs/system.hpp>

namespace memgrade::oracle {
namespace {

const std::string* record(const LinuxRecords& records, const std::string& kind) {
  const auto found = records.find(kind);
  return found == records.end() ? nullptr : &found->second;
}

std::optional<std::uint64_t> pid_in(const LinuxRecords& records) {
  if (const std::string* const stat = record(records, "stat"))
    if (const auto pid = pid_of_stat(*stat)) return pid;
  const std::string* const status = record(records, "status");
  return status != nullptr ? pid_of_status(*status) : std::nullopt;
}

Json to_json(const std::vector<Vma>& vmas) {
  Json list = Json::array();
  for (const Vma& vma : vmas)
    list.push_back(
        {{"first", vma.first}, {"last", vma.last}, {"rights", vma.permissions}, {"name", to_utf8(vma.name)}});
  return list;
}

// Both are in the order of addresses.
bool all_in_vmas(const std::vector<PresentPage>& pages, const std::vector<Vma>& vmas) {
  auto vma = vmas.begin();
  return std::ranges::all_of(pages, [&](const PresentPage& page) {
    while (vma != vmas.end() && vma->last < page.address) ++vma;
    return vma != vmas.end() && vma->first <= page.address;
  });
}

Status add_pages(const LinuxRecords& records, const std::vector<Vma>* vmas, Json& memory) {
  const std::string* const bytes = record(records, "pages");
  if (bytes == nullptr) return {};
  const auto pages = parse_pages(*bytes);
  if (!pages) return std::unexpected(pages.error());
  if (vmas != nullptr && !all_in_vmas(*pages, *vmas))
    return fail(ErrorKind::infrastructure,
                "the guest's record of pages is damaged: it has pages that lie in no VMA of maps");
  Json list = Json::array();
  for (const PresentPage& page : *pages) list.push_back({page.address, page.pfn});
  memory["pages"] = std::move(list);
  return {};
}

Status add_segment(const LinuxRecords& records, const std::string& kind, Json& memory) {
  const std::string* const bytes = record(records, kind);
  if (bytes == nullptr) return {};
  const auto segment = parse_segment(*bytes, kind);
  if (!segment) return std::unexpected(segment.error());
  memory[kind] = {{"start", segment->start}, {"end", segment->end}, {"base64", to_base64(segment->bytes)}};
  return {};
}

}  // namespace

Result<Json> memory_of(const LinuxRecords& observation, const PhysicalRanges& ram) {
  Json memory = Json::object();
  if (const auto pid = pid_in(observation)) memory["pid"] = *pid;
  std::optional<std::vector<Vma>> vmas;
  if (const std::string* const maps = record(observation, "maps")) {
    auto read = parse_maps(*maps);
    if (!read) return std::unexpected(read.error());
    memory["vmas"] = to_json(*read);
    memory["count"] = read->size();
    vmas = *std::move(read);
  }
  Status status = add_pages(observation, vmas ? &*vmas : nullptr, memory);
  if (status) status = add_segment(observation, "data", memory);
  if (status) status = add_segment(observation, "code", memory);
  if (!status) return std::unexpected(status.error());
  memory["ram"] = ram;
  return memory;
}

Result<Json> system_of(const LinuxRecords& snapshot) {
  Json system = Json::object();
  const auto add = [&](const std::string& kind, auto parse) -> Status {
    const std::string* const text = record(snapshot, kind);
    if (text == nullptr) return {};
    Result<Json> value = parse(*text);
    if (!value) return std::unexpected(value.error());
    system[kind] = *std::move(value);
    return {};
  };
  Status status = add("meminfo", parse_meminfo);
  if (status) status = add("slabs", parse_slabs);
  if (status) status = add("modules", parse_modules);
  if (status) status = add("tasks", parse_tasks);
  if (status) status = add("sysfs", parse_names);
  if (status) status = add("proc", parse_names);
  if (status) status = add("taint", parse_taint);
  if (!status) return std::unexpected(status.error());
  return system;
}

}  // namespace memgrade::oracle
