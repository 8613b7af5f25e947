// Whether the kernel got to the place of a look (DriverSequences::probes): what no printed line can show.
#include <harness/judge/checkers.hpp>
#include <harness/judge/rv64/probe.hpp>

namespace memgrade::judge {
namespace {

Verdict check_reached(const Json& params, const Observed& observed) {
  const std::string expected = "the kernel gets there";
  const PageTableProbe* const probe = find_probe(observed, text_param(params, "look"));
  if (probe == nullptr) return not_probed(expected);
  return probe->reached ? pass_verdict(expected, "it does") : not_reached(*probe, expected, "it does not");
}

}  // namespace

Checker reached_checker() {
  return {{.name = "reached",
           .doc = "The kernel gets to the place of a look, whatever it prints.",
           .fields = {probe_field("The look, as in `looks`.")}},
          check_reached};
}

}  // namespace memgrade::judge
