// The page-table probes that checks name. Inside this folder only.
#pragma once

#include <harness/judge/support.hpp>
#include <string>
#include <string_view>

namespace memgrade::judge {

// Null when the evidence holds none of that name, and when nothing could be observed.
[[nodiscard]] const PageTableProbe* find_probe(const Observed& observed, std::string_view name);
// The verdicts without one, and on one that the kernel did not get to.
[[nodiscard]] Verdict not_probed(std::string expected);
[[nodiscard]] Verdict not_reached(const PageTableProbe& probe, std::string expected,
                                  std::string shown = "not reached");
// The parameter that names one.
[[nodiscard]] FieldSpec probe_field(std::string doc);

}  // namespace memgrade::judge
