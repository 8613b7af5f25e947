// What holds for every checker in the table.
#include <gmock/gmock.h>
#include <harness/tests/unit/judge/evidence_builder.hpp>

#include <functional>
#include <set>

namespace memgrade::judge {
namespace {

// A value that a case could hold for this key.
Json plausible(const FieldSpec& key) {
  Json one;
  switch (key.type) {
    case FieldType::number:
    case FieldType::size:
    case FieldType::integer:
      one = 0;
      break;
    case FieldType::boolean:
      one = true;
      break;
    case FieldType::fact:
      one = key.key == "to" ? "oracle.book.x" : "book.x";
      break;
    case FieldType::name:
      one = "book";
      break;
    case FieldType::choice:
      one = key.choices.front();
      break;
    case FieldType::object:
      one = Json::object();
      for (const FieldSpec& inner : key.fields) one[inner.key] = plausible(inner);
      break;
    default:
      one = "x";
      break;
  }
  if (key.map) return Json{{"x", one}};
  return key.list ? Json::array({one}) : one;
}

// Params with the keys of `chosen`; required ones always.
Json params_of(const Checker& checker, const std::function<bool(const FieldSpec&)>& chosen) {
  Json params = Json::object();
  for (const FieldSpec& key : checker.spec.fields)
    if (key.required || chosen(key)) params[key.key] = plausible(key);
  return params;
}

std::vector<Json> all_params(const Checker& checker) {
  std::vector<Json> list = {params_of(checker, [](const FieldSpec&) { return false; }),
                            params_of(checker, [](const FieldSpec&) { return true; })};
  for (const FieldSpec& only : checker.spec.fields)
    list.push_back(params_of(checker, [&](const FieldSpec& key) { return &key == &only; }));
  return list;
}

void expect_no_pass(const Scene& scene, const char* what) {
  for (const Checker& checker : checkers()) {
    for (const Json& params : all_params(checker)) {
      const Verdict verdict = checker.check(params, {scene.evidence, scene.facts});
      EXPECT_FALSE(verdict.passed) << checker.spec.name << " on " << what << " with " << params.dump();
      EXPECT_EQ(verdict.fraction, 0) << checker.spec.name;
      EXPECT_FALSE(verdict.message.empty())
          << checker.spec.name << " on " << what << " with " << params.dump();
      EXPECT_EQ(verdict.message.find('\n'), std::string::npos) << verdict.message;
    }
  }
}

TEST(EveryChecker, FailsOnEmptyEvidence) {
  expect_no_pass({}, "nothing");
  Scene null_facts;
  null_facts.facts = nullptr;
  expect_no_pass(null_facts, "null");
}

TEST(EveryChecker, FailsOnWhatCouldNotBeObserved) {
  Scene scene;
  scene.evidence.unobserved = Error{ErrorKind::sandbox, "no sandbox"};
  expect_no_pass(scene, "unobserved");
}

TEST(EveryChecker, FailsWithoutTheFactEvenWhenTheTruthIsMissingToo) {
  Scene scene = Scene::of({{"x", nullptr}}, {{"x", nullptr}});
  scene.run().termination = Termination::signaled;
  scene.run().signal = 11;
  expect_no_pass(scene, "null facts");
}

TEST(EveryChecker, NeverThrowsOnAnyTypeOfFact) {
  const std::vector<Json> values = {nullptr,
                                    true,
                                    -1,
                                    18446744073709551615ULL,
                                    1e308,
                                    "",
                                    "\xff\0\x1b",
                                    Json::array(),
                                    Json::array({nullptr, "a", 3}),
                                    Json::object(),
                                    {{"rows", -3}, {"x", 3}},
                                    {{"rows", 1e300}, {"x", {1}}},
                                    {{"rows", 1}, {"x", {Json::object()}}}};
  for (const Checker& checker : checkers())
    for (const Json& fact : values)
      for (const Json& truth : values)
        for (const Json& params : all_params(checker)) {
          const Scene scene = Scene::of({{"x", fact}}, {{"x", truth}});
          EXPECT_NO_THROW((void)checker.check(params, {scene.evidence, scene.facts})) << checker.spec.name;
        }
}

TEST(EveryChecker, NeverThrowsOnOddParams) {
  const Scene scene = Scene::of({{"x", 3}}, {{"x", 3}});
  for (const Checker& checker : checkers()) {
    EXPECT_NO_THROW((void)checker.check(nullptr, {scene.evidence, scene.facts})) << checker.spec.name;
    for (const FieldSpec& key : checker.spec.fields)
      for (const Json& odd :
           {Json(nullptr), Json(-1), Json(1e300), Json::array({Json::array()}), Json::object()}) {
        Json params = params_of(checker, [](const FieldSpec&) { return true; });
        params[key.key] = odd;
        EXPECT_NO_THROW((void)checker.check(params, {scene.evidence, scene.facts}))
            << checker.spec.name << key.key;
      }
  }
}

TEST(Table, OfCheckersIsSortedAndDocumented) {
  std::set<std::string> names;
  std::string last;
  for (const Checker& checker : checkers()) {
    EXPECT_LT(last, checker.spec.name);
    last = checker.spec.name;
    EXPECT_TRUE(names.insert(checker.spec.name).second);
    EXPECT_FALSE(checker.spec.doc.empty()) << checker.spec.name;
    EXPECT_EQ(find_checker(checker.spec.name), &checker);
    for (const FieldSpec& key : checker.spec.fields)
      EXPECT_FALSE(key.doc.empty()) << checker.spec.name << "." << key.key;
  }
  EXPECT_EQ(names.size(), 36U);
  EXPECT_EQ(find_checker("equal"), nullptr);
}

TEST(Inspect, OneOfSeveralKeys) {
  const auto diagnostics = [](const char* name, const Json& params) {
    std::string text;
    for (const SettingDiagnostic& diagnostic : find_checker(name)->spec.inspect(params))
      text += diagnostic.message;
    return text;
  };
  EXPECT_EQ(diagnostics("equals", {{"fact", "a"}, {"value", 1}}), "");
  EXPECT_EQ(diagnostics("equals", {{"fact", "a"}}), "needs one of the keys value, to");
  EXPECT_EQ(diagnostics("equals", {{"value", 1}, {"to", "b"}}), "can have only one of the keys value, to");
  EXPECT_EQ(diagnostics("one_of", Json::object()), "needs one of the keys values, to");
}

}  // namespace
}  // namespace memgrade::judge
