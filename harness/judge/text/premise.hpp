// What must have come up before a check can show anything: a line in a text. Inside this module only.
#pragma once

#include <harness/judge/support.hpp>
#include <optional>

namespace memgrade::judge {

// Of the parameter `premise`: an inconclusive verdict when its line does not stand in its text; nothing when
// it does, or when there is no such parameter.
[[nodiscard]] std::optional<Verdict> unmet_premise(const Json& params, const Observed& observed);
[[nodiscard]] FieldSpec premise_field();

}  // namespace memgrade::judge
