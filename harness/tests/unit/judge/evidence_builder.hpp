// Evidence for the tests of checkers: one run "book" with the facts that a test gives it.
#pragma once

#include <harness/judge/judge.hpp>
#include <string>

namespace memgrade::judge {

// The params with the defaults of the checker's keys, as the loader gives them.
inline Json with_defaults(std::string_view checker, Json params) {
  for (const FieldSpec& key : find_checker(checker)->spec.fields)
    if (!params.contains(key.key) && !key.fallback.is_null()) params[key.key] = key.fallback;
  return params;
}

struct Scene {
  Evidence evidence;
  Json facts = Json::object();

  // A run that ended by itself with status 0 and printed something.
  static Scene of(Json book, Json truth = nullptr) {
    Scene scene;
    RunRecord run;
    run.name = "book";
    run.command = "./vm -n 256";
    run.out.bytes = "something\n";
    scene.evidence.runs.push_back(run);
    scene.facts["book"] = std::move(book);
    if (!truth.is_null()) scene.facts["oracle"]["book"] = std::move(truth);
    return scene;
  }
  RunRecord& run() { return evidence.runs.at(0); }

  [[nodiscard]] Verdict ask(std::string_view checker, const Json& params) const {
    return find_checker(checker)->check(with_defaults(checker, params), {evidence, facts});
  }
  // The sentence of a verdict that must not pass.
  [[nodiscard]] std::string fails(std::string_view checker, const Json& params) const {
    const Verdict verdict = ask(checker, params);
    return verdict.passed || verdict.fraction != 0 ? "IT PASSED" : verdict.message;
  }
  [[nodiscard]] bool passes(std::string_view checker, const Json& params) const {
    const Verdict verdict = ask(checker, params);
    return verdict.passed && verdict.fraction == 1;
  }
};

inline Json parsed(const char* text) {
  return Json::parse(text);
}

}  // namespace memgrade::judge
