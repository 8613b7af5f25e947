#include <harness/model/search.hpp>
#include <stdexcept>

namespace memgrade {
namespace {

template <typename T>
T value_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found == json.end() || found->is_null() ? T() : found->get<T>();
}

Json text_or_null(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json(nullptr);
}

std::optional<std::string> optional_text(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || found->is_null()) return std::nullopt;
  return found->get<std::string>();
}

const Json& part_of(const Json& json, const char* key, const Json& empty) {
  const auto found = json.find(key);
  if (found == json.end()) return empty;
  if (found->type() != empty.type()) throw std::invalid_argument("a search of another shape");
  return *found;
}

constexpr const char* kNotShown = "not shown";
const Json kNoList = Json::array(), kNoObject = Json::object();

Json shown_json(const FoundDifference& found) {
  return {{"seed", found.seed},         {"with", found.with},
          {"step", found.step},         {"expected", found.expected},
          {"observed", found.observed}, {"explanation", found.explanation},
          {"trace", found.trace},       {"full_length", found.full_length},
          {"minimal", found.minimal},   {"command", found.command}};
}

Json difference_json(const FoundDifference& found) {
  Json json = found.shown ? shown_json(found)
                          : Json{{"kind", kNotShown},
                                 {"with", found.with},
                                 {"expected", found.expected},
                                 {"observed", found.observed},
                                 {"command", found.command}};
  if (found.inputs.empty()) return json;
  if (!found.shown) json["seed"] = found.seed;  // which makes the input again
  json["inputs"] = found.inputs;
  return json;
}

FoundDifference difference_from(const Json& json) {
  return {value_at<std::string>(json, "kind") != kNotShown,
          value_at<std::int64_t>(json, "seed"),
          part_of(json, "with", kNoObject),
          value_at<std::size_t>(json, "step"),
          value_at<std::string>(json, "expected"),
          value_at<std::string>(json, "observed"),
          value_at<std::string>(json, "explanation"),
          value_at<std::vector<std::string>>(json, "trace"),
          value_at<std::size_t>(json, "full_length"),
          value_at<bool>(json, "minimal"),
          value_at<std::string>(json, "command"),
          value_at<std::map<std::string, std::string>>(json, "inputs")};
}

Json search_json(const DifferentialSearch& search) {
  Json differences = Json::object();
  for (const auto& [name, found] : search.differences) differences[name] = difference_json(found);
  return {{"compare", search.compare},
          {"questions", search.questions},
          {"runs", search.runs},
          {"differences", std::move(differences)},
          {"ended", text_or_null(search.ended)}};
}

DifferentialSearch differential_from(const Json& json) {
  DifferentialSearch search;
  search.compare = value_at<std::vector<std::string>>(json, "compare");
  search.questions = value_at<std::size_t>(json, "questions");
  search.runs = value_at<std::size_t>(json, "runs");
  for (const auto& [name, found] : part_of(json, "differences", kNoObject).items())
    search.differences[name] = difference_from(found);
  search.ended = optional_text(json, "ended");
  return search;
}

Json violation_json(const RuleViolation& violation) {
  Json json = {{"rule", violation.rule},         {"sentence", violation.sentence},
               {"expected", violation.expected}, {"observed", violation.observed},
               {"picture", violation.picture},   {"seed", violation.seed}};
  if (!violation.shortest) return json;
  json["op"] = violation.shortest->op;
  json["sequence"] = violation.shortest->sequence;
  json["full_length"] = violation.shortest->full_length;
  json["minimal"] = violation.shortest->minimal;
  return json;
}

RuleViolation violation_from(const Json& json) {
  RuleViolation violation;
  violation.rule = value_at<std::string>(json, "rule");
  violation.sentence = value_at<std::string>(json, "sentence");
  violation.expected = value_at<std::string>(json, "expected");
  violation.observed = value_at<std::string>(json, "observed");
  violation.picture = value_at<std::string>(json, "picture");
  violation.seed = value_at<std::uint64_t>(json, "seed");
  if (json.contains("sequence"))
    violation.shortest =
        ShortestCalls{value_at<std::size_t>(json, "op"), value_at<std::vector<std::string>>(json, "sequence"),
                      value_at<std::size_t>(json, "full_length"), value_at<bool>(json, "minimal")};
  return violation;
}

Json family_json(const FamilyResult& family) {
  Json violations = Json::array();
  for (const RuleViolation& violation : family.violations) violations.push_back(violation_json(violation));
  Json json = {{"violations", std::move(violations)}};
  if (const auto& extent = family.extent) {
    json["judged"] = extent->judged;
    json["length"] = extent->length;
    json["given"] = extent->given;
  }
  if (const auto& bad_frees = family.bad_frees)
    json["bad_frees"] = {{"made", bad_frees->made}, {"frees_work", bad_frees->frees_work}};
  if (family.ended) json["ended"] = *family.ended;
  json["boots"] = family.boots;
  json["calls"] = family.calls;
  if (!family.ended) json["ended"] = nullptr;
  return json;
}

FamilyResult family_from(const Json& json) {
  FamilyResult family;
  family.boots = value_at<std::size_t>(json, "boots");
  family.calls = value_at<std::size_t>(json, "calls");
  for (const Json& violation : part_of(json, "violations", kNoList))
    family.violations.push_back(violation_from(violation));
  family.ended = optional_text(json, "ended");
  if (json.contains("judged"))
    family.extent = CallsJudged{value_at<std::size_t>(json, "judged"), value_at<std::size_t>(json, "length"),
                                value_at<std::size_t>(json, "given")};
  if (json.contains("bad_frees")) {
    const Json& seen = part_of(json, "bad_frees", kNoObject);
    family.bad_frees = BadFreesSeen{value_at<std::size_t>(seen, "made"), value_at<bool>(seen, "frees_work")};
  }
  return family;
}

Json allocator_json(const AllocatorReading& reading) {
  if (!reading.inconclusive.empty()) return {{"unseen", reading.inconclusive}};
  Json given = Json::array();
  for (const auto& [first, last] : reading.given) given.push_back({first, last});
  return {{"base", reading.base},
          {"free_pages", reading.free_pages},
          {"complaints", reading.diagnostics},
          {"picture", reading.picture},
          {"given", std::move(given)}};
}

AllocatorReading allocator_from(const Json& json) {
  AllocatorReading reading;
  reading.inconclusive = value_at<std::string>(json, "unseen");
  reading.base = value_at<std::uint64_t>(json, "base");
  reading.free_pages = value_at<std::uint64_t>(json, "free_pages");
  reading.diagnostics = value_at<std::vector<std::string>>(json, "complaints");
  reading.picture = value_at<std::string>(json, "picture");
  for (const Json& block : part_of(json, "given", kNoList))
    reading.given.emplace_back(block.at(0).get<std::uint64_t>(), block.at(1).get<std::uint64_t>());
  return reading;
}

Json probe_json(const PageTableProbe& probe) {
  Json mappings = Json::array();
  for (const PageMapping& mapping : probe.mappings)
    mappings.push_back({{"first", mapping.first},
                        {"last", mapping.last},
                        {"rights", mapping.permissions},
                        {"frame", mapping.frame}});
  Json json = {{"reached", probe.reached}, {"why", probe.why}, {"mappings", std::move(mappings)}};
  if (!probe.reached) return json;
  json["broken"] = Json::array();
  for (const RefusedPte& pte : probe.refused)
    json["broken"].push_back({{"first", pte.first}, {"rights", pte.permissions}});
  if (probe.allocator) json["allocator"] = allocator_json(*probe.allocator);
  return json;
}

PageTableProbe probe_from(const Json& json) {
  PageTableProbe probe;
  probe.reached = value_at<bool>(json, "reached");
  probe.why = value_at<std::string>(json, "why");
  for (const Json& mapping : part_of(json, "mappings", kNoList))
    probe.mappings.push_back(
        {value_at<std::uint64_t>(mapping, "first"), value_at<std::uint64_t>(mapping, "last"),
         value_at<std::string>(mapping, "rights"), value_at<std::uint64_t>(mapping, "frame")});
  for (const Json& pte : part_of(json, "broken", kNoList))
    probe.refused.push_back({value_at<std::uint64_t>(pte, "first"), value_at<std::string>(pte, "rights")});
  if (json.contains("allocator")) probe.allocator = allocator_from(json.at("allocator"));
  return probe;
}

Json search_json(const DriverSequences& search) {
  Json json = Json::object();
  if (!search.families.empty() || !search.probes.empty()) {
    json["families"] = Json::object();
    for (const auto& [name, family] : search.families) json["families"][name] = family_json(family);
    json["looks"] = Json::object();
    for (const auto& [name, probe] : search.probes) json["looks"][name] = probe_json(probe);
  }
  if (!search.driver_inconclusive.empty()) json["driver_unseen"] = search.driver_inconclusive;
  return json;
}

DriverSequences sequences_from(const Json& json) {
  DriverSequences search;
  for (const auto& [name, family] : part_of(json, "families", kNoObject).items())
    search.families[name] = family_from(family);
  for (const auto& [name, probe] : part_of(json, "looks", kNoObject).items())
    search.probes[name] = probe_from(probe);
  search.driver_inconclusive = value_at<std::string>(json, "driver_unseen");
  return search;
}

Json search_json(std::monostate) {
  return nullptr;
}

}  // namespace

Json to_json(const Search& search) {
  return std::visit([](const auto& one) { return search_json(one); }, search);
}

Search search_from_json(const Json& json) {
  if (json.is_null()) return {};
  if (!json.is_object()) throw std::invalid_argument("a search is no object");
  const bool of_a_kernel =
      json.contains("families") || json.contains("looks") || json.contains("driver_unseen");
  if (of_a_kernel) return sequences_from(json);
  return differential_from(json);
}

}  // namespace memgrade
