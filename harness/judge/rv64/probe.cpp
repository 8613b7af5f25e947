#include <harness/judge/rv64/probe.hpp>

namespace memgrade::judge {

const PageTableProbe* find_probe(const Observed& observed, std::string_view name) {
  const auto* const search = std::get_if<DriverSequences>(&observed.evidence.search);
  return search == nullptr || observed.evidence.unobserved ? nullptr : search->probes.find(name);
}

Verdict not_probed(std::string expected) {
  return fail_verdict(std::move(expected), "nothing known", "the kernel could not be looked into");
}

Verdict not_reached(const PageTableProbe& probe, std::string expected, std::string shown) {
  return fail_verdict(std::move(expected), std::move(shown),
                      probe.why.empty() ? "the kernel did not get there" : probe.why);
}

FieldSpec probe_field(std::string doc) {
  return {.key = "look",
          .type = FieldType::name,
          .required = true,
          .doc = std::move(doc),
          .refers_to = Reference{"look"}};
}

}  // namespace memgrade::judge
