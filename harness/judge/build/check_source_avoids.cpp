// What a student's source must not use for an answer: names that stand in certain functions, or in what these
// call within the file.
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/c_source.hpp>
#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/text/regex.hpp>
#include <map>

namespace memgrade::judge {
namespace {

using Names = std::vector<std::unique_ptr<RE2>>;

Names names_param(const Json& params, std::string_view key) {
  Names names;
  for (const std::string& text : texts_param(params, key)) names.push_back(expression(text));
  return names;
}

struct SourceAvoidsParams {
  std::string source;  // a glob
  Names functions, avoids, unless;
  std::vector<std::string> marks;
  std::string expected;

  explicit SourceAvoidsParams(const Json& params)
      : source(text_param(params, "source")),
        functions(names_param(params, "functions")),
        avoids(names_param(params, "avoids")),
        unless(names_param(params, "unless")),
        marks(texts_param(params, "marks")),
        expected("without " + join(texts_param(params, "avoids"), ", ")) {}
};

bool is_one_of(std::string_view name, const Names& names) {
  return std::ranges::any_of(names, [&](const auto& pattern) {
    return pattern->ok() && RE2::FullMatch(re2::StringPiece(name.data(), name.size()), *pattern);
  });
}

struct Use {
  std::string place;  // "ktest.c:12"
  std::string name, text;
};

struct Found {
  bool any_root = false;     // a part of a source that the case asks about
  std::vector<Use> uses;     // in their reach
  std::vector<bool> unless;  // which of `unless` stand in their reach
  bool elsewhere = false;    // some source uses a name somewhere
};

std::vector<CPart> roots_of(const CSource& source, const SourceAvoidsParams& params) {
  std::vector<CPart> roots;
  for (const CPart& definition : source.definitions)
    if (is_one_of(definition.name, params.functions)) roots.push_back(definition);
  for (const std::string& mark : params.marks)
    std::ranges::move(marked_parts(source, mark), std::back_inserter(roots));
  return roots;
}

void look_into(const std::string& file, const CSource& source, const SourceAvoidsParams& params,
               Found& found) {
  const Names &avoids = params.avoids, &unless = params.unless;
  for_names(source.code, 0, source.code.size(), [&](std::string_view name, std::size_t) {
    found.elsewhere = found.elsewhere || is_one_of(name, avoids);
  });
  const std::vector<CPart> roots = roots_of(source, params);
  found.any_root = found.any_root || !roots.empty();
  std::map<std::size_t, Use> uses;  // by offset: parts may overlap
  for (const CPart& part : reach_of(source, roots))
    for_names(source.code, part.begin, part.end, [&](std::string_view name, std::size_t offset) {
      for (std::size_t i = 0; i < unless.size(); ++i)
        if (unless[i]->ok() && RE2::FullMatch(re2::StringPiece(name.data(), name.size()), *unless[i]))
          found.unless[i] = true;
      if (!is_one_of(name, avoids)) return;
      uses[offset] = {fmt::format("{}:{}", printable(file), source.line_of(offset)), std::string(name),
                      printable(std::string(trim(source.line_text(offset))))};
    });
  for (auto& [offset, use] : uses) found.uses.push_back(std::move(use));
}

std::string detail_of(const std::vector<Use>& uses) {
  constexpr std::size_t kMost = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(uses.size(), kMost); ++i)
    text += fmt::format("{}: {}\n", uses[i].place, shorten(uses[i].text, 160));
  if (uses.size() > kMost) text += fmt::format("… and {} more\n", uses.size() - kMost);
  return text;
}

Verdict verdict_on(const Found& found, const std::string& expected) {
  const bool beside =
      !found.unless.empty() && std::ranges::all_of(found.unless, [](bool there) { return there; });
  if (found.uses.empty()) return pass_verdict(expected, "none of them");
  const Use& first = found.uses.front();
  Verdict verdict =
      beside ? pass_verdict(expected, first.name + ", for comparison",
                            fmt::format("{} is used at {}, beside a way of its own", first.name, first.place))
             : fail_verdict(expected, first.name,
                            fmt::format("{} is used at {}: the answer is not to be taken from it", first.name,
                                        first.place));
  verdict.detail = detail_of(found.uses);
  return verdict;
}

Verdict check_source_avoids(const Json& json, const Observed& observed) {
  const SourceAvoidsParams params(json);
  const std::string& expected = params.expected;
  Found found;
  found.unless.resize(params.unless.size());
  std::size_t files = 0;
  for (const auto& [name, text] : observed.evidence.sources) {
    if (!glob_matches(params.source, name)) continue;
    ++files;
    look_into(name, read_c(text), params, found);
  }
  if (observed.evidence.unobserved || files == 0 || params.avoids.empty())
    return fail_verdict(expected, "nothing", "the source that is to be looked at is not there");
  if (found.any_root || !found.elsewhere) return verdict_on(found, expected);
  return inconclusive_verdict(expected,
                              "the function that is to be looked at is not in the source by its name");
}

}  // namespace

Checker source_avoids_checker() {
  return {
      {.name = "source_avoids",
       .doc =
           "Functions of the source, and what they call within their file, do not use certain names. Names "
           "in comments and strings do not count. A source without such a function passes when it has none "
           "of the names at all; else it could not be looked at.",
       .fields = {{.key = "source",
                   .fallback = "*.c",
                   .doc = "A glob for the names of the source files that are looked at."},
                  {.key = "functions",
                   .type = FieldType::regex,
                   .list = true,
                   .fallback = Json::array(),
                   .doc = "The functions, by their whole names."},
                  {.key = "marks",
                   .list = true,
                   .fallback = Json::array(),
                   .doc = "The same as parts between `STUDENT BEGIN(…)` and `STUDENT END`."},
                  {.key = "avoids",
                   .type = FieldType::regex,
                   .required = true,
                   .list = true,
                   .doc = "The names that must not be used, whole."},
                  {.key = "unless",
                   .type = FieldType::regex,
                   .list = true,
                   .fallback = Json::array(),
                   .doc = "When names for each of these stand there, too, the others are taken to be for "
                          "comparison."}}},
      check_source_avoids};
}

}  // namespace memgrade::judge
