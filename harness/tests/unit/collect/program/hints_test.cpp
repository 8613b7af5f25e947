#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <harness/collect/program/candidates.hpp>
#include <harness/collect/program/hint_words.hpp>
#include <harness/collect/program/told_call.hpp>
#include <set>

namespace memgrade::collect {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

const std::map<std::string, std::vector<std::string>> kValues = {{"frames", {"256", "128"}},
                                                                 {"policy", {"fifo", "lru"}}};

ProgramSettings settings_of_a_pager() {
  ProgramSettings settings;
  settings.search.arguments = {
      {"addresses", "addresses.txt", false, {"{addresses}"}, {"f"}, {"addr", "input"}},
      {"backing_store", "BACKING_STORE.bin", false, {"{backing_store}"}, {"b"}, {"back", "store"}},
      {"frames", "", false, {"{frames}"}, {"n"}, {"frame", "num"}},
      {"policy", "", false, {"{policy}", "{policy:upper}"}, {"p"}, {"polic", "algo", "fifo", "lru"}},
  };
  settings.search.orders = {{"backing_store", "addresses"}, {"addresses"}};
  settings.forms = {{{}, {"-n", "{frames}", "-p", "{policy}", "{backing_store}", "{addresses}"}}};
  settings.probe.over = {Json{{"frames", 256}, {"policy", "fifo"}}, Json{{"frames", 128}, {"policy", "lru"}}};
  return settings;
}

Hints hints_in(const std::string& name, const std::string& text) {
  return read_hints({{name, text}}, "vm", {"vm"}, settings_of_a_pager().search, kValues);
}

std::vector<CallTemplate> words_of(const std::vector<CallCandidate>& candidates) {
  std::vector<CallTemplate> words;
  for (const CallCandidate& one : candidates) words.push_back(one.words);
  return words;
}

TEST(Hints, TellWhatAnOptionIsReadAs) {
  const Hints hints = hints_in("vm.c", R"(int main(int c, char **v) {
    while ((o = getopt(c, v, "a:c:q")) != -1)
      switch (o) { case 'c': n = atoi(optarg); break; case 'a': lru = !strcmp(optarg, "LRU"); break; } })");
  EXPECT_THAT(hints.options, UnorderedElementsAre(OptionHint{"-a", "policy", OptionValue::follows},
                                                  OptionHint{"-c", "frames", OptionValue::follows},
                                                  OptionHint{"-q", "", OptionValue::none}));
  EXPECT_THAT(hints.taken, UnorderedElementsAre("frames", "policy"));
}

TEST(Hints, AreNotTakenFromComments) {
  EXPECT_TRUE(hints_in("vm.c", "// getopt(c, v, \"n:p:\")\n/* strcmp(x, \"lru\") */").taken.empty());
}

TEST(Hints, ReadAUsageLine) {
  const Hints hints = hints_in("vm.c", R"(main() { printf("usage: %s [-n 128|256] "
      "[-p FIFO|LRU] <backing store file> addresses.txt\n", argv[0]); })");
  EXPECT_TRUE(hints.templates.empty()) << "a word that says nothing (\"file>\") makes the line useless";
  const Hints plain =
      hints_in("vm.c", R"(main() { puts("Usage: ./vm <frames> <backing_file> <input> fifo|lru"); })");
  EXPECT_THAT(plain.templates,
              ElementsAre(CallTemplate{"{frames}", "{backing_store}", "{addresses}", "{policy}"}));
}

TEST(Hints, ReadTheCallInAScript) {
  const Hints hints =
      hints_in("test.sh", "gcc vm.c -o vm\n./vm -n256 -tFIFO data/BACKING_STORE.bin addr.txt > o\n");
  EXPECT_THAT(hints.templates,
              ElementsAre(CallTemplate{"-n{frames}", "-t{policy:upper}", "{backing_store}", "{addresses}"}));
}

TEST(Hints, KnowFilesByOtherNames) {
  const Hints hints = hints_in("vm.c", R"(fopen("backing.bin", "rb"); fopen("./addresses.txt", "r");)");
  EXPECT_THAT(hints.opened, ElementsAre(testing::Pair("addresses.txt", "addresses.txt"),
                                        testing::Pair("backing.bin", "BACKING_STORE.bin")));
}

TEST(Hints, OfAMegabyteAreBounded) {
  const std::string usage = "puts(\"usage: vm " + std::string(1U << 20, 'x') + "\");";
  EXPECT_TRUE(hints_in("vm.c", usage).templates.empty());
  std::string options;
  for (int i = 0; i < 5000; ++i) options += "strcmp(v, \"-opt" + std::to_string(i) + "\");";
  EXPECT_LE(hints_in("vm.c", options).options.size(), 12U);
}

TEST(Candidates, BeginWithTheUsualForm) {
  Hints hints =
      hints_in("vm.c", R"(getopt(c, v, "n:p:"); case 'n': atoi(optarg); case 'p': strcmp(optarg, "lru"))");
  const auto candidates = call_candidates(settings_of_a_pager(), hints);
  ASSERT_FALSE(candidates.empty());
  EXPECT_EQ(candidates.front().words,
            (CallTemplate{"-n", "{frames}", "-p", "{policy}", "BACKING_STORE.bin", "addresses.txt"}));
  EXPECT_TRUE(candidates.front().said);
}

TEST(Candidates, GiveTheLettersThatTheCodeKnows) {
  Hints hints =
      hints_in("vm.c", R"(getopt(c, v, "c:a:"); case 'c': atoi(optarg); case 'a': strcmp(optarg, "LRU"))");
  const auto words = words_of(call_candidates(settings_of_a_pager(), hints));
  const CallTemplate wanted = {"-c",           "{frames}", "-a", "{policy:upper}", "BACKING_STORE.bin",
                               "addresses.txt"};
  EXPECT_THAT(words, Contains(wanted));
  EXPECT_LE(std::ranges::find(words, wanted) - words.begin(), 3);
}

// Every habit: the code, and the call that it is made for, which must be among the first.
struct Habit {
  const char* name;
  const char* code;
  CallTemplate call;
};

ProgramSettings settings_with_orders() {
  ProgramSettings settings = settings_of_a_pager();
  CallArgument* const policy = &settings.search.arguments.back();
  policy->spellings = {"{policy}", "{policy:upper}", "{policy:initial}", "{policy:fifo=0,lru=1}"};
  settings.search.arguments.front().by_input = true;
  settings.search.orders = {{"backing_store", "addresses"},
                            {"backing_store", "addresses", "frames", "policy"},
                            {"policy", "backing_store", "addresses", "frames"},
                            {"policy", "backing_store", "addresses"},
                            {"addresses"}};
  return settings;
}

std::vector<CallTemplate> calls_for(const std::string& code) {
  return words_of(call_candidates(settings_with_orders(), hints_in("vm.c", code)));
}

TEST(Candidates, HoldTheCallOfEachHabitEarly) {
  const Habit habits[] = {
      {"an initial as an option",
       R"(int main(int argc, char **argv) { if (argc != 5) return 1; is_lru = !strcmp(argv[1], "-l");
          frames = atoi(argv[4]); return run(argv[2], argv[3]); })",
       {"-{policy:initial}", "BACKING_STORE.bin", "addresses.txt", "{frames}"}},
      {"as a capital, read where it is met",
       R"(int main(int c, char **v) { if (!strcmp(v[1], "-L")) return run(v[2], v[3], atoi(v[4]), LRU); })",
       {"-{policy:upper_initial}", "BACKING_STORE.bin", "addresses.txt", "{frames}"}},
      {"by its letter, last",
       R"(int main(int argc, char **argv) { if (argc != 5) return 1; lru = argv[4][1] == 'l';
          frames = atoi(argv[3]); })",
       {"BACKING_STORE.bin", "addresses.txt", "{frames}", "-{policy:initial}"}},
      {"by getopt, beside an option with a value",
       R"(int main(int argc, char **argv) { while ((o = getopt(argc, argv, "fln:")) != -1) switch (o) {
          case 'n': frames = atoi(optarg); break; case 'l': lru = 1; } })",
       {"-n", "{frames}", "-{policy:initial}", "BACKING_STORE.bin", "addresses.txt"}},
      {"the whole word as an option",
       R"(int main(int argc, char **argv) { lru = !strcmp(argv[1], "--lru"); frames = atoi(argv[4]); })",
       {"--{policy}", "BACKING_STORE.bin", "addresses.txt", "{frames}"}},
      {"a number",
       R"(int main(int argc, char **argv) { if (argc != 5) return 1; frames = atoi(argv[3]);
          policy = atoi(argv[4]); })",
       {"BACKING_STORE.bin", "addresses.txt", "{frames}", "{policy:fifo=0,lru=1}"}},
      {"addresses by standard input",
       R"(int main(int argc, char **argv) { if (argc != 4) return 1; while (scanf("%d", &address) == 1) {}
          frames = atoi(argv[2]); lru = !strcmp(argv[3], "LRU"); })",
       {"BACKING_STORE.bin", "{frames}", "{policy:upper}", "<", "addresses.txt"}},
  };
  for (const Habit& habit : habits) {
    const auto words = calls_for(habit.code);
    const auto found = std::ranges::find(words, habit.call);
    ASSERT_NE(found, words.end()) << habit.name;
    EXPECT_LE(found - words.begin(), 12) << habit.name;
  }
}

TEST(Candidates, OfCodeThatComparesNothingTryTwoSpellings) {
  const auto words = calls_for("int main(int argc, char **argv) { return run(argv[1], argv[2]); }");
  std::set<std::string> spellings;
  for (const CallTemplate& one : words)
    for (const std::string& word : one)
      if (word.starts_with("{policy")) spellings.insert(word);
  EXPECT_THAT(spellings, ElementsAre("{policy:upper}", "{policy}"));
}

TEST(Hints, TellAFlagFromAnOptionWithAValue) {
  const Hints hints = hints_in("vm.c", R"(int main(int c, char **v) { lru = strcmp("-l", v[1]) == 0;
    for (i = 1; i < c; i++) { if (strcmp(v[i], "-n") == 0) frames = atoi(v[++i]);
      else if (!strcmp(v[i], "-f")) lru = 0; } })");
  EXPECT_THAT(hints.options, UnorderedElementsAre(OptionHint{"-l", "policy", OptionValue::none},
                                                  OptionHint{"-n", "frames", OptionValue::follows},
                                                  OptionHint{"-f", "policy", OptionValue::perhaps}));
  EXPECT_THAT(hints.taken, UnorderedElementsAre("frames", "policy"));
}

TEST(Hints, ReadARedirectedInputInAScript) {
  EXPECT_THAT(hints_in("run.sh", "./vm -n 256 -p lru < addresses.txt > out.txt\n").templates,
              ElementsAre(CallTemplate{"-n", "{frames}", "-p", "{policy}", "<", "{addresses}"}));
  EXPECT_THAT(hints_in("README.md", "./vm <frames> <backing store> > out\n").templates,
              ElementsAre(CallTemplate{"{frames}", "{backing_store}"}));
}

TEST(MakeCall, TakesTheInputOutOfTheWords) {
  const Call call = make_call("vm", {"-n", "{frames}", "<", "addresses.txt", "x"});
  EXPECT_THAT(call.arguments, ElementsAre("-n", "{frames}", "x"));
  EXPECT_EQ(call.input, "addresses.txt");
  EXPECT_EQ(call_text(call), "./vm -n {frames} x < addresses.txt");
}

TEST(ToldCall, MayNameAnInput) {
  const auto call =
      told_call({"./vm -n {frames} < {addresses}", "--call", false}, settings_of_a_pager(), {"vm"});
  ASSERT_TRUE(call) << call.error().text();
  EXPECT_EQ(call->input, "addresses.txt");
  EXPECT_FALSE(told_call({"./vm < /etc/passwd", "--call", false}, settings_of_a_pager(), {"vm"}));
}

TEST(ToldCall, IsNoShellLine) {
  const ProgramSettings settings = settings_of_a_pager();
  const auto call = [&](const std::string& text) {
    return told_call({text, "student.yaml:4:10", true}, settings, {"vm"});
  };
  const auto good = call("./vm -n {frames} '{backing_store}' {addresses}");
  ASSERT_TRUE(good) << good.error().text();
  EXPECT_EQ(good->program, "vm");
  EXPECT_THAT(good->arguments, ElementsAre("-n", "{frames}", "BACKING_STORE.bin", "addresses.txt"));
  for (const char* bad : {"./vm {addresses} | sh", "./vm $(id)", "/bin/sh x", "../vm", "", "./other",
                          "./vm 'x", "./vm {nothing}"}) {
    const auto refused = call(bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_THAT(refused.error().text(), HasSubstr("student.yaml:4:10"));
  }
}

}  // namespace
}  // namespace memgrade::collect
