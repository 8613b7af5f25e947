// Named groups of checks: what stands under `groups` in lab.yaml, put into the tasks that name them.
//
//   groups:                                          judge:
//     quiet:                                           - group: {name: quiet, run: scan}
//       - clean_kernel_log: {run: "{run}"}     ──►     - clean_kernel_log: {run: scan}
//       - nothing_left: {run: "{run}"}                 - nothing_left: {run: scan}
//
// Done on the trees, before any key is checked: afterwards nobody can tell such a check from one that was
// written out.
#pragma once

#include <harness/casefile/yaml_source.hpp>
#include <vector>

namespace memgrade::casefile {

struct Grouped {
  Document document;  // the task's, with the groups' checks in their places
  std::vector<CaseDiagnostic>
      diagnostics;  // no such group; a value that is missing, or that nothing asks for
};

// The checks of a group have the place of the entry that names it, so that a mistake is shown where it is
// used. `lab` is the document of lab.yaml.
[[nodiscard]] Grouped with_groups(const Document& task, const Document& lab);

}  // namespace memgrade::casefile
