#include <gmock/gmock.h>

#include <harness/base/text.hpp>

namespace memgrade {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Words = std::vector<std::string>;

TEST(Text, LinesEndWithLfOrCrlfAndTheLastNeedsNoEnd) {
  EXPECT_THAT(split_lines("a\r\n\nb\rc\nd"), ElementsAre("a", "", "b\rc", "d"));
  EXPECT_THAT(split_lines("a\n"), ElementsAre("a"));
  EXPECT_THAT(split_lines("\n\n"), ElementsAre("", ""));
  EXPECT_THAT(split_lines("d\r"), ElementsAre("d\r"));
  EXPECT_THAT(split_lines(""), IsEmpty());
}

TEST(Text, WordsAreWhatStandsBetweenBlanks) {
  EXPECT_THAT(split_words("  a\tbc \n d"), ElementsAre("a", "bc", "d"));
  EXPECT_THAT(split_words(" \n"), IsEmpty());
}

TEST(Text, TrimsJoinsAndReplaces) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim("  "), "");
  EXPECT_EQ(join(Words{"a", "b", "c"}, ", "), "a, b, c");
  EXPECT_EQ(join(Words{}, ", "), "");
  EXPECT_EQ(replace_all("aaa", "a", "aa"), "aaaaaa");
  EXPECT_EQ(replace_all("abc", "", "x"), "abc");
  EXPECT_EQ(to_lower("ABC-\xC3\x84z"), "abc-\xC3\x84z");
  EXPECT_EQ(to_upper("abz{`"), "ABZ{`");
}

TEST(Utf8, AcceptsWellFormedTextAlone) {
  EXPECT_TRUE(is_utf8("a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80"));
  for (const char* bad : {"\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xF5\x80\x80\x80", "\xE4\xB8", "\xFF"}) {
    EXPECT_FALSE(is_utf8(bad)) << bad;
    EXPECT_TRUE(is_utf8(to_utf8(bad))) << bad;
  }
}

TEST(Utf8, EachStrayByteBecomesOneReplacement) {
  EXPECT_EQ(to_utf8("a\xE4\xB8z"), "a\xEF\xBF\xBD\xEF\xBF\xBDz");
  EXPECT_EQ(to_utf8(std::string_view("\0", 1)), std::string_view("\0", 1));
}

TEST(Printable, TakesEscapeSequencesOutWhole) {
  EXPECT_EQ(printable("\x1b[1;31mred\x1b[0m"), "red");
  EXPECT_EQ(printable("\x1b]0;title\x07x\x1b]8;;http://a\x1b\\y"), "xy");
  EXPECT_EQ(printable("a\x1b(Bb\x1b"
                      "c"
                      "d"),
            "abd");
}

TEST(Printable, AnOpenSequenceDoesNotSwallowWhatFollows) {
  EXPECT_EQ(printable("\x1b]0;open\nnext line"), "\xEF\xBF\xBD]0;open\nnext line");
  EXPECT_EQ(printable("end\x1b"), "end\xEF\xBF\xBD");
  EXPECT_EQ(printable("\x1b[12\n"), "\xEF\xBF\xBD[12\n");
}

TEST(Printable, ControlCharactersAreShownAsReplacement) {
  EXPECT_EQ(printable(std::string_view("a\0b", 3)),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(printable("a\r\nb\tc\n"), "a\nb\tc\n");
  EXPECT_EQ(printable("a\rb"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(printable("\xC2\x9B"
                      "31m"),
            "\xEF\xBF\xBD"
            "31m");  // C1 CSI
  EXPECT_EQ(printable("\xE2\x80\xAE"
                      "abc"),
            "\xEF\xBF\xBD"
            "abc");  // right-to-left override
}

TEST(Shorten, CutsAtACharacterAndSaysSo) {
  EXPECT_EQ(shorten("abcdef", 6), "abcdef");
  EXPECT_EQ(shorten("abcdefg", 6), "abc\xE2\x80\xA6");
  EXPECT_EQ(shorten("\xE4\xB8\xAD\xE4\xB8\xAD\xE4\xB8\xAD", 8), "\xE4\xB8\xAD\xE2\x80\xA6");
  EXPECT_EQ(shorten("abcdef", 2), "ab");
  for (std::size_t most = 0; most < 12; ++most) {
    const std::string cut = shorten("\xE4\xB8\xAD\xF0\x9F\x98\x80\xC3\xA9xyz", most);
    EXPECT_LE(cut.size(), most);
    EXPECT_TRUE(is_utf8(cut));
  }
}

TEST(Quote, ShowsAValueOnOneLine) {
  EXPECT_EQ(quote("a\n\"b\"\\\t\x1b[0m"), R"("a\n\"b\"\\\t")");
  EXPECT_EQ(quote("abcdefgh", 5), "\"ab\xE2\x80\xA6\"");
}

TEST(DisplayWidth, CountsColumns) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("\xE5\xBC\xA0\xE4\xB8\x89"), 4U);  // two Chinese characters
  EXPECT_EQ(display_width("e\xCC\x81"), 1U);                 // e and a combining acute
  EXPECT_EQ(display_width("\xEF\xBC\xA1"), 2U);              // a full-width A
  EXPECT_EQ(display_width("\xF0\x9F\x98\x80"), 2U);          // an emoji
  EXPECT_EQ(display_width("\xC3\xA9\xD0\x96"), 2U);
}

TEST(Nearest, FindsTypingMistakesAndNothingElse) {
  const Words words{"func1-vma", "func2-pages", "near", "equals"};
  EXPECT_EQ(nearest("fucn1-vma", words), "func1-vma");
  EXPECT_EQ(nearest("Equal", words), "equals");
  EXPECT_EQ(nearest("contains", words), "");
  EXPECT_EQ(nearest("", words), "");
  EXPECT_EQ(nearest("x", Words{"y"}), "");
  EXPECT_EQ(did_you_mean("neer", words), "; did you mean 'near'?");
  EXPECT_EQ(did_you_mean("zzz", words), "");
}

TEST(Numbers, AreWrittenAsAPersonWould) {
  EXPECT_EQ(plain_number(3), "3");
  EXPECT_EQ(plain_number(0.5), "0.5");
  EXPECT_EQ(plain_number(53.8), "53.8");
  EXPECT_EQ(plain_number(0.1 + 0.2), "0.3");
  EXPECT_EQ(plain_number(-0.0), "0");
  EXPECT_EQ(plain_number(1234567), "1234567");
  EXPECT_EQ(plain_number(100), "100");
  EXPECT_EQ(plain_number(2e-7), "2e-07");
  EXPECT_EQ(plain_number(-1e-9), "-1e-09");
}

TEST(Numbers, NounsFollowTheirCount) {
  EXPECT_EQ(counted(1, "task"), "1 task");
  EXPECT_EQ(counted(0, "task"), "0 tasks");
  EXPECT_EQ(counted(2, "process"), "2 processes");
  EXPECT_EQ(counted(3, "entry"), "3 entries");
  EXPECT_EQ(counted(3, "key"), "3 keys");
}

TEST(Shell, QuotesWhatNeedsIt) {
  EXPECT_EQ(shell_quote("a-b_c/1.0"), "a-b_c/1.0");
  EXPECT_EQ(shell_quote(""), "''");
  EXPECT_EQ(shell_quote("it's $HOME"), "'it'\\''s $HOME'");
  EXPECT_EQ(shell_quote("~"), "'~'");
  EXPECT_EQ(shell_command(Words{"cc", "-o", "a b", "x.c"}), "cc -o 'a b' x.c");
}

TEST(Glob, StarAndQuestionMarkDoNotCrossASlash) {
  EXPECT_TRUE(glob_matches("*.c", "main.c"));
  EXPECT_FALSE(glob_matches("*.c", "src/main.c"));
  EXPECT_TRUE(glob_matches("*/*.c", "src/main.c"));
  EXPECT_FALSE(glob_matches("a?b", "a/b"));
  EXPECT_TRUE(glob_matches("a*b*c", "a-bb-bcc"));
  EXPECT_FALSE(glob_matches("a*b*c", "a-bb-bcd"));
  EXPECT_TRUE(glob_matches("*a*/b", "xaya/b"));
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_TRUE(glob_matches("", ""));
  EXPECT_FALSE(glob_matches("", "x"));
  EXPECT_FALSE(glob_matches("x", ""));
  EXPECT_FALSE(glob_matches("?", ""));
}

TEST(Glob, BracketsNameSetsRangesAndTheirOpposite) {
  EXPECT_TRUE(glob_matches("[a-c]x", "bx"));
  EXPECT_FALSE(glob_matches("[a-c]x", "dx"));
  EXPECT_TRUE(glob_matches("[!a-c]x", "dx"));
  EXPECT_FALSE(glob_matches("[!a]b", "/b"));
  EXPECT_TRUE(glob_matches("[]]", "]"));
  EXPECT_TRUE(glob_matches("[a-]", "-"));
  EXPECT_TRUE(glob_matches("[", "["));
  EXPECT_TRUE(glob_matches("?", "\xE5\xBC\xA0"));
}

TEST(Glob, ManyStarsTakeNoExponentialTime) {
  std::string stars;
  for (int i = 0; i < 200; ++i) stars += "*a";
  EXPECT_FALSE(glob_matches(stars + "b", std::string(2000, 'a')));
}

}  // namespace
}  // namespace memgrade
