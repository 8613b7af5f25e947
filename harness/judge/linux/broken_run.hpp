// Whether something broke a guest's run, so that what failed in it later only follows from that. Inside this
// module only.
//
// After an oops the task that caused it is gone with all that it held: the module stays busy, its thread is
// left behind, rmmod does not come back. A student is told of the first report in the log, and pays for it
// once.
#pragma once

#include <harness/judge/support.hpp>
#include <string>

namespace memgrade::judge {

// The crash reports of a run's log, in its order; null when it is not known.
[[nodiscard]] const Json& crash_reports(const Observed& observed, std::string_view run);
// A report after which the kernel is no longer whole: an oops, a BUG, a panic, a lockup.
[[nodiscard]] bool has_fatal_report(const Observed& observed, std::string_view run);
// That, or the guest did not come to its end.
[[nodiscard]] bool is_broken(const Observed& observed, std::string_view run);

// The verdict as one of that run: where it fails and the run is broken, it follows from what broke it.
[[nodiscard]] Verdict in_run(Verdict verdict, const Observed& observed, std::string_view run);

}  // namespace memgrade::judge
