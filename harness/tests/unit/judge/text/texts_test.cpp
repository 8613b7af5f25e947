// text_equal, diff, matches, absent, sequence, json_path.
#include <gmock/gmock.h>
#include <harness/judge/text/regex.hpp>
#include <harness/tests/unit/judge/evidence_builder.hpp>

namespace memgrade::judge {
namespace {

Scene said(Json text, Json truth = nullptr) {
  return Scene::of({{"stdout", std::move(text)}}, std::move(truth));
}

Json ask(Json more) {
  Json params = {{"fact", "book.stdout"}};
  params.update(more);
  return params;
}

TEST(TextEqual, LineByLine) {
  EXPECT_TRUE(said("a\r\nb\n").passes("text_equal", ask({{"value", "a\nb"}})));
  EXPECT_TRUE(said("a\n", {{"text", "a\n"}}).passes("text_equal", ask({{"to", "oracle.book.text"}})));
  EXPECT_EQ(said("a\nc\n").fails("text_equal", ask({{"value", "a\nb\n"}})),
            "stdout: line 2 is \"c\" where \"b\" is expected");
  EXPECT_EQ(said("a\n").fails("text_equal", ask({{"value", "a\nb\n"}})),
            "stdout: line 2 is the end of the text where \"b\" is expected");
  EXPECT_EQ(said("a\nb\nc\n").fails("text_equal", ask({{"value", "a\nb\n"}})),
            "stdout: line 3 is \"c\" where the end of the text is expected");
}

TEST(TextEqual, WhatIsIgnored) {
  const auto ignoring = [](const char* what) { return ask({{"value", "Ab\n\nc"}, {"ignore", {what}}}); };
  EXPECT_TRUE(said("Ab  \n\nc\t\n").passes("text_equal", ignoring("trailing_space")));
  EXPECT_FALSE(said("Ab  \n\nc\t\n").passes("text_equal", ignoring("case")));
  EXPECT_TRUE(said("aB\n\nC").passes("text_equal", ignoring("case")));
  EXPECT_TRUE(said("\nAb\nc\n\n").passes("text_equal", ignoring("blank_lines")));
  EXPECT_EQ(said("\n\nAb\nd\n").fails("text_equal", ignoring("blank_lines")),
            "stdout: line 4 is \"d\" where \"c\" is expected");
}

TEST(TextEqual, MissingOrOfAnotherType) {
  EXPECT_EQ(said(nullptr).fails("text_equal", ask({{"value", "a"}})), "the output does not give stdout");
  EXPECT_EQ(said(3).fails("text_equal", ask({{"value", "3"}})), "stdout: 3 where a text is expected");
  EXPECT_EQ(said("3").fails("text_equal", ask({{"value", 3}})), "there is no text to compare with");
  EXPECT_EQ(said("3").fails("text_equal", ask(Json::object())), "the case does not say what is expected");
  Scene silent = said("");
  silent.run().out.bytes.clear();
  EXPECT_EQ(silent.fails("text_equal", ask({{"value", "a"}})), "the program printed nothing");
}

TEST(Diff, NumbersByValueAndWidthsOfBlanks) {
  const Json params = ask({{"value", "Rate = 0.50 at -3, x86\n\nTLB  Hits: 24.40%\n"}});
  EXPECT_TRUE(said("Rate  = 0.5 at -3, x86\nTLB Hits: 24.4%").passes("diff", params));
  EXPECT_EQ(said("Rate = 0.5 at 3, x86\nTLB Hits: 24.4%").fails("diff", params),
            "stdout: line 1 is \"Rate = 0.5 at 3, x86\" where \"Rate = 0.50 at -3, x86\" is expected");
  EXPECT_NE(said("Rate = 0.50 at -3, x086\nTLB Hits: 24.4%").fails("diff", params), "IT PASSED");
  EXPECT_NE(said("Rate = 0.50 at -3, x86 5\nTLB Hits: 24.4%").fails("diff", params), "IT PASSED");
  EXPECT_NE(said("Rate = 0.501 at -3, x86\nTLB Hits: 24.4%").fails("diff", params), "IT PASSED");
}

TEST(Diff, NumbersThatDoNotFitAreText) {
  const std::string huge(400, '9');
  EXPECT_TRUE(said(huge).passes("diff", ask({{"value", huge}})));
  EXPECT_NE(said(huge + "1").fails("diff", ask({{"value", huge + "2"}})), "IT PASSED");
}

TEST(Diff, ShowsTheContext) {
  const Verdict verdict = said("a\nb\nX\nd\n").ask("diff", ask({{"value", "a\nb\nc\nd\n"}, {"context", 1}}));
  EXPECT_EQ(verdict.detail,
            "      2 | b\n-       | c\n-       | d\n+     3 | X\n+     4 | d\n(- expected, + observed)\n");
}

TEST(Matches, Anywhere) {
  const Json params = ask({{"pattern", "^page \\d+$"}});
  EXPECT_TRUE(said("x\npage 12\ny").passes("matches", params));
  EXPECT_TRUE(said(12).passes("matches", ask({{"pattern", "^12$"}})));
  EXPECT_EQ(said("x\npage a\n").fails("matches", params), "stdout: nothing in it matches \"page …\"");
  EXPECT_EQ(said(nullptr).fails("matches", params), "the output does not give stdout");
  EXPECT_EQ(said(Json::array()).fails("matches", params),
            "stdout: a list of 0 values where a text is expected");
  EXPECT_EQ(said("x").fails("matches", ask({{"pattern", ""}})), "the case holds no expression to look for");
  EXPECT_EQ(said("x").fails("matches", ask({{"pattern", "("}})), "the case holds no expression to look for");
}

TEST(Absent, OnlyWhereThereWasSomethingToSee) {
  const Json params = ask({{"pattern", "runtime error"}});
  EXPECT_TRUE(said("all is well\n").passes("absent", params));
  EXPECT_EQ(said("a\nvm.c:3: runtime error: x\nb").fails("absent", params),
            "stdout holds \"vm.c:3: runtime error: x\"");
  EXPECT_EQ(said(nullptr).fails("absent", params), "the output does not give stdout");
  Scene died = said("all is well\n");
  died.run().termination = Termination::wall_timeout;
  died.run().limit = "20 s";
  EXPECT_EQ(died.fails("absent", params),
            "the program met the limit of 20 s, so that nobody knows what it would have printed");
  Scene silent = said("");
  silent.run().out.bytes.clear();
  EXPECT_EQ(silent.fails("absent", params), "the program printed nothing");
  Scene cut = said("all is well\n");
  cut.run().out.cut = true;
  EXPECT_EQ(cut.fails("absent", params), "the program printed more than was kept");
  Scene other = said("all is well\n");
  other.run().err.cut = true;
  EXPECT_TRUE(other.passes("absent", params)) << "the other stream's end is no matter";
}

TEST(Sequence, InOrderWithLinesBetween) {
  const Json params = ask({{"patterns", {"64u", "24a 40u", "24a 16a 24u"}}});
  EXPECT_TRUE(said("start\n 64u\nnoise\n24a 40u\n24a 16a 24u\nend").passes("sequence", params));
  EXPECT_EQ(said("24a 40u\n24a 16a 24u\n").fails("sequence", params), "stdout: no line matches \"64u\"");
  EXPECT_EQ(said("64u\n24a 16a 24u\n24a 40u\n").fails("sequence", params),
            "stdout: no line after line 3, \"24a 40u\", matches \"24a 16a 24u\"");
  EXPECT_EQ(said("64u 24a 40u\n").fails("sequence", params), "stdout: no line matches \"64u\"");
  EXPECT_EQ(said("64u\n").fails("sequence", ask({{"patterns", {"64u", "64u"}}})),
            "stdout: no line after line 1, \"64u\", matches \"64u\"")
      << "one line is not two steps";
  EXPECT_EQ(said(nullptr).fails("sequence", params), "the output does not give stdout");
  EXPECT_EQ(said("x").fails("sequence", ask({{"patterns", Json::array()}})),
            "the case holds no expressions to look for");
  EXPECT_EQ(said("x").fails("sequence", ask({{"patterns", {"("}}})),
            "the case holds an expression that cannot be read");
}

TEST(JsonPath, ValuesInsideJson) {
  const char* text = R"({"stats": {"a/b": [1, 2.5, "x"], "none": null}})";
  const auto at = [](const char* path, Json more) {
    Json params = ask({{"path", path}});
    params.update(more);
    return params;
  };
  EXPECT_TRUE(said(text).passes("json_path", at("/stats/a~1b/0", {{"equals", 1}})));
  EXPECT_TRUE(said(text).passes("json_path", at("/stats/a~1b/2", {{"equals", "x"}})));
  EXPECT_TRUE(said(text).passes("json_path", at("/stats/a~1b/1", {{"near", 2}, {"within", 0.5}})));
  EXPECT_TRUE(said(parsed(text)).passes("json_path", at("/stats/a~1b/1", {{"at_least", 2.5}})));
  EXPECT_TRUE(said(text).passes("json_path", at("/stats/a~1b/1", {{"at_most", 2.5}})));
  EXPECT_EQ(said(text).fails("json_path", at("/stats/a~1b/0", {{"equals", 2}})),
            "/stats/a~1b/0 is 1 where 2 is expected");
  EXPECT_EQ(said(text).fails("json_path", at("/stats/a~1b/1", {{"near", 9}})),
            "/stats/a~1b/1 is 2.5 where 9 ± 0 is expected");
  EXPECT_EQ(said(text).fails("json_path", at("/stats/a~1b/2", {{"at_least", 0}})),
            "/stats/a~1b/2 is \"x\" where a number is expected");
  for (const char* path :
       {"/stats/none", "/x", "stats", "/stats/a~1b/3", "/stats/a~1b/-1", "/stats/a~1b/99999999999999999999"})
    EXPECT_THAT(said(text).fails("json_path", at(path, {{"equals", 1}})),
                testing::StartsWith("stdout holds nothing at"))
        << path;
  EXPECT_THAT(said("{no").fails("json_path", at("/x", {{"equals", 1}})),
              testing::StartsWith("stdout is no JSON: "));
  EXPECT_EQ(said(nullptr).fails("json_path", at("/x", {{"equals", 1}})), "the output does not give stdout");
  EXPECT_NE(said(text).fails("json_path", at("/stats/a~1b/0", Json::object())), "IT PASSED");
}

// Deep nesting, one endless line, bytes that are no text: a verdict that fails, and no crash.
TEST(Texts, HostileTextOnlyFails) {
  std::string binary("\xff\xfe\x1b[31m\0\x01", 9);
  for (const std::string& text : {std::string(3'000'000, '['), std::string(5'000'000, 'a'), binary}) {
    const Scene scene = said(text);
    EXPECT_NE(scene.fails("json_path", ask({{"path", "/0"}, {"equals", 1}})), "IT PASSED");
    EXPECT_NE(scene.fails("text_equal", ask({{"value", "x"}})), "IT PASSED");
    EXPECT_NE(scene.fails("diff", ask({{"value", "x"}})), "IT PASSED");
    EXPECT_NE(scene.fails("matches", ask({{"pattern", "(x|y)+z"}})), "IT PASSED");
    EXPECT_NE(scene.fails("sequence", ask({{"patterns", {"x"}}})), "IT PASSED");
    EXPECT_LT(scene.fails("equals", ask({{"value", "x"}})).size(), 300U);
  }
}

TEST(Patterns, AreShownAsText) {
  EXPECT_EQ(pattern_text("\\[CHECK\\] page store OK"), "[CHECK] page store OK");
  EXPECT_EQ(pattern_text("^Page fault! epc = 0x0{4}1[0-9a-f]{5}, stval = 0x0{3}.*$"),
            "Page fault! epc = 0x00001…, stval = 0x000…");
  EXPECT_EQ(pattern_text("ticks: \\d+"), "ticks: …");
  EXPECT_EQ(pattern_text("(a|b\\))x?[]]"), "…");
  EXPECT_EQ(pattern_text("a{"), "…");
  EXPECT_EQ(pattern_text(""), "");
}

TEST(Sequence, WithoutItsPremiseNothingIsSeen) {
  const Json params = {{"fact", "book.stdout"},
                       {"premise", {{"fact", "book.stdout"}, {"line", "it begins"}}},
                       {"patterns", {"it ends"}}};
  EXPECT_TRUE(Scene::of({{"stdout", "it begins\nit ends\n"}}).passes("sequence", params));
  EXPECT_TRUE(Scene::of({{"stdout", "nothing\n"}}).ask("sequence", params).inconclusive);
  const Verdict wrong = Scene::of({{"stdout", " it begins\n"}}).ask("sequence", params);
  EXPECT_FALSE(wrong.passed || wrong.inconclusive);
}

}  // namespace
}  // namespace memgrade::judge
