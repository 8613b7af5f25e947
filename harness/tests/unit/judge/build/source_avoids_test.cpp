// The check `source_avoids`, and C source as it sees it.
#include <gmock/gmock.h>
#include <harness/base/c_source.hpp>
#include <harness/base/random.hpp>
#include <harness/tests/unit/judge/linux/guest_scene.hpp>

namespace memgrade::judge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> names;
  for (const CPart& part : read_c(text).definitions) names.push_back(part.name);
  return names;
}

TEST(CSource, FunctionsAndMacros) {
  EXPECT_THAT(names_in("#include <x.h>\n"
                       "#define PFN(p) \\\n\tpage_to_pfn(p)\n"
                       "#define LIMIT 3\n"
                       "static int (*pointer)(int a) = (void *)0xffff;\n"
                       "struct node { int a; struct { int b; } c; };\n"
                       "static struct attribute *list[] = { &a.attr, NULL };\n"
                       "int declared(int);\n"
                       "static ssize_t __attribute__((unused)) show(struct kobject *k,\n\t\tchar *buf)\n{\n"
                       "\tif (k) { return f(1); }\n\treturn 0;\n}\n"
                       "ATTR(vma);\n"
                       "static int __init begin(void) {\n}\n"
                       "void last(void) __releases(lock)\n{ }\n"),
              ElementsAre("PFN", "LIMIT", "show", "begin", "last"));
}

TEST(CSource, CommentsStringsAndCharactersAreNoCode) {
  const CSource source = read_c(
      "void f(void)\n{\n\t/* g( */ // h(\n\tx(\"i( \\\" j(\", '\"', '{');\n} // don't\nvoid k(void)\n{\n}\n");
  std::vector<std::string> names;
  for_names(source.code, 0, source.code.size(),
            [&](std::string_view name, std::size_t) { names.emplace_back(name); });
  EXPECT_THAT(names, ElementsAre("void", "f", "void", "x", "void", "k", "void"));
  EXPECT_EQ(source.definitions.size(), 2U);
  EXPECT_EQ(source.code.size(), source.text.size());
}

TEST(CSource, BracesThatDirectivesDoubleDoNotHideWhatFollows) {
  EXPECT_THAT(
      names_in("#if A\nint f(int a) {\n#else\nint f(void) {\n#endif\n\treturn 0;\n}\nint g(void)\n{\n}\n"),
      ElementsAre("f", "g"));
}

TEST(CSource, AnyBytesAreSource) {
  const std::string base =
      "#define A(x) \\\n b(x)\nint f(int a) /* c */ { \"s\\\"\" 'c'; g(); } // x\\\ny\nSTUDENT BEGIN(t) "
      "STUDENT END";
  SplitMix64 random(5);
  for (int round = 0; round < 20'000; ++round) {
    std::string text = base;
    for (std::uint64_t left = random.below(8); left > 0; --left)
      text[random.below(text.size())] = "\\\"'/*(){}#\n;=\xff"[random.below(14)];
    text.resize(random.below(text.size() + 1));
    const CSource source = read_c(text);
    ASSERT_EQ(source.code.size(), text.size());
    (void)reach_of(source, source.definitions);
    (void)marked_parts(source, "t");
  }
}

constexpr const char* kWalk = R"(
#define pfn_of(p) page_to_pfn(p)
static unsigned long helper(struct page *page)
{
	return pfn_of(page);
}
static void hot_pages(struct mm_struct *mm)
{
	page = follow_page(vma, address, FOLL_GET);
}
/* page_to_pfn() is not allowed here */
static void walk_page_table(struct mm_struct *mm)
{
	/* STUDENT BEGIN(func3) */
	pr_info("page_to_pfn %d\n", 1);
	record(address, helper(page));
	/* STUDENT END */
}
)";

Guest with_source(const std::string& text) {
  Guest guest;
  guest.evidence.sources = {{"ktest.c", text}, {"README", "follow_page"}};
  return guest;
}

Json params(const Json& more = Json::object()) {
  Json all = {{"functions", {"walk_page_table|scan_.*"}},
              {"avoids", {"(my_)?follow_page(_mask)?", "page_to_pfn"}}};
  all.update(more);
  return with_defaults("source_avoids", all);
}

TEST(SourceAvoids, FollowsCallsAndMacros) {
  const Verdict verdict = with_source(kWalk).ask("source_avoids", params());
  EXPECT_FALSE(verdict.passed);
  EXPECT_EQ(verdict.message, "page_to_pfn is used at ktest.c:2: the answer is not to be taken from it");
  EXPECT_EQ(verdict.detail, "ktest.c:2: #define pfn_of(p) page_to_pfn(p)\n");
}

TEST(SourceAvoids, LooksAtMarkedPartsToo) {
  EXPECT_THAT(
      with_source(kWalk).fails("source_avoids", params({{"functions", Json::array()}, {"marks", {"func3"}}})),
      HasSubstr("ktest.c:2"));
}

TEST(SourceAvoids, OtherFunctionsMayUseThem) {
  std::string text = kWalk;
  text.replace(text.find("helper(page));"), 14, "entry >> 12);");
  EXPECT_TRUE(with_source(text).passes("source_avoids", params()));
}

TEST(SourceAvoids, ForComparisonItIsAllowed) {
  const Json unless = {{"unless", {"pgd_offset(_k)?", "pte_offset_.*"}}};
  EXPECT_NE(with_source(kWalk).fails("source_avoids", params(unless)), "IT PASSED");
  std::string text = kWalk;
  text.insert(text.find("record("), "pgd = pgd_offset(mm, address);\n\t");
  EXPECT_NE(with_source(text).fails("source_avoids", params(unless)), "IT PASSED")
      << "all of them must be there";
  text.insert(text.find("record("), "pte = pte_offset_map(pmd, address);\n\t");
  const Verdict verdict = with_source(text).ask("source_avoids", params(unless));
  EXPECT_TRUE(verdict.passed);
  EXPECT_THAT(verdict.message, HasSubstr("beside a way of its own"));
  EXPECT_THAT(verdict.detail, HasSubstr("ktest.c:2"));
}

TEST(SourceAvoids, ASourceWithoutTheFunctionCannotBeLookedAt) {
  const Json other = {{"functions", {"no_such_function"}}};
  const Verdict verdict = with_source(kWalk).ask("source_avoids", params(other));
  EXPECT_FALSE(verdict.passed);
  EXPECT_TRUE(verdict.inconclusive);
  EXPECT_TRUE(with_source("int f(void)\n{\n}\n").passes("source_avoids", params(other)))
      << "none of the names stands anywhere";
}

TEST(SourceAvoids, WithoutSourceItFails) {
  EXPECT_THAT(Guest().fails("source_avoids", params()), HasSubstr("is not there"));
  EXPECT_THAT(with_source(kWalk).fails("source_avoids", params({{"source", "other*.c"}})),
              HasSubstr("is not there"));
  EXPECT_THAT(with_source(kWalk).fails("source_avoids", params({{"avoids", Json::array()}})),
              HasSubstr("is not there"));
}

}  // namespace
}  // namespace memgrade::judge
