// Evidence of a guest's job for the tests of checkers: one run "scan", facts made as they are made when a
// task is judged.
#pragma once

#include <harness/base/base64.hpp>
#include <harness/facts/facts.hpp>
#include <harness/tests/unit/judge/evidence_builder.hpp>
#include <string>
#include <utility>
#include <vector>

namespace memgrade::judge {

struct Guest {
  Evidence evidence;

  Guest() {
    RunRecord run;
    run.name = "scan";
    run.observed = GuestObservation{};
    evidence.runs.push_back(std::move(run));
    evidence.oracle["scan"] = {{"memory", Json::object()},
                               {"system", Json::object()},
                               {"log", Json::array()},
                               {"troubles", Json::array()}};
  }
  RunRecord& run() { return evidence.runs.at(0); }
  Json& truth() { return evidence.oracle["scan"]; }
  GuestObservation& observed() { return *run().observed; }
  void file(const std::string& name, const std::string& bytes) {
    run().files[name] = {bytes, false, bytes.size()};
  }

  [[nodiscard]] Scene scene() const { return {evidence, facts::gather({}, evidence)}; }
  [[nodiscard]] Verdict ask(std::string_view checker, const Json& params) const {
    return scene().ask(checker, params);
  }
  [[nodiscard]] std::string fails(std::string_view checker, const Json& params) const {
    return scene().fails(checker, params);
  }
  [[nodiscard]] bool passes(std::string_view checker, const Json& params) const {
    return scene().passes(checker, params);
  }
};

inline Json segment_json(std::uint64_t start, const std::string& bytes) {
  return {{"start", start}, {"end", start + bytes.size()}, {"base64", to_base64(bytes)}};
}

}  // namespace memgrade::judge
