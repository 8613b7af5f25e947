// All expressions of all facts are tried on a line at once (RE2::Set): one pass over the text whatever the
// number of spellings, so that millions of lines that mean nothing cost a second and not a minute.
#include <re2/set.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/facts/definition.hpp>

namespace memgrade::facts {
namespace {

RE2::Options expression_options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(64 << 20);
  return options;
}

std::string text_at(const Json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::unique_ptr<RE2> expression(const std::string& pattern) {
  return std::make_unique<RE2>(pattern, expression_options());
}

Spelling spelling_of(const Json& entry) {
  Spelling spelling;
  if (entry.is_string()) {
    spelling.match = expression(entry.get<std::string>());
    return spelling;
  }
  spelling.match = expression(text_at(entry, "match"));
  spelling.times_fact = text_at(entry, "times_fact");
  if (!entry.is_object()) return spelling;
  const auto times = entry.find("times");
  const bool has_times = times != entry.end() && times->is_number();
  if (has_times) spelling.times = times->get<double>();
  spelling.scaled = has_times || !spelling.times_fact.empty();
  const auto round = entry.find("round");
  spelling.round = round != entry.end() && round->is_boolean() && round->get<bool>();
  return spelling;
}

std::vector<Json> as_list(const Json& value) {
  if (value.is_array()) return {value.begin(), value.end()};
  return {value};
}

void compile_table(const Json& table, Definition& definition) {
  definition.kind = Definition::Kind::table;
  definition.spellings.push_back(spelling_of(text_at(table, "row")));
  const auto columns = table.find("columns");
  if (columns == table.end() || !columns->is_object()) return;
  const auto& groups = definition.spellings.front().match->NamedCapturingGroups();
  for (const auto& [name, type] : columns->items()) {
    const auto group = groups.find(name);
    definition.columns.push_back({name, type.is_string() ? type.get<std::string>() : "text",
                                  group == groups.end() ? -1 : group->second});
  }
}

std::uint64_t count_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  const bool counts = found != object.end() && found->is_number_integer() && *found >= 0;
  return counts ? found->get<std::uint64_t>() : 0;
}

void compile_columns(const Json& json, Definition& definition) {
  definition.kind = Definition::Kind::columns;
  definition.truth = text_at(json, "truth");
  for (const Json& column : as_list(json.value("columns", Json::array()))) {
    if (!column.is_object()) continue;
    const auto byte = column.find("byte");
    definition.rules.push_back({.name = text_at(column, "name"),
                                .words = expression(text_at(column, "words")),
                                .modulo = count_at(column, "modulo"),
                                .page_bytes = count_at(column, "page_bytes"),
                                .byte = byte != column.end() && byte->is_boolean() && byte->get<bool>()});
  }
}

void compile_statistic(const Json& json, Definition& definition) {
  definition.kind = Definition::Kind::statistic;
  definition.truth = text_at(json, "of");
  for (const Json& words : as_list(json.value("words", Json::array()))) {
    if (!words.is_string()) continue;
    definition.words.push_back(expression(words.get<std::string>()));
    // Only lines with the words are looked at closely.
    Spelling line;
    line.match = expression(".*(?:" + words.get<std::string>() + ").*");
    definition.spellings.push_back(std::move(line));
  }
}

bool has(const Json& definition, const char* key) {
  const auto found = definition.find(key);
  return found != definition.end() && !found->is_null() && !(found->is_array() && found->empty());
}

// The expressions of all definitions as one automaton.
class Automaton {
 public:
  explicit Automaton(const std::vector<Definition>& definitions)
      : set_(expression_options(), RE2::ANCHOR_BOTH) {
    for (std::size_t d = 0; d < definitions.size(); ++d) {
      for (std::size_t s = 0; s < definitions[d].spellings.size(); ++s) {
        const RE2& match = *definitions[d].spellings[s].match;
        // An empty expression stands for "none given".
        if (!match.ok() || match.pattern().empty() || set_.Add(match.pattern(), nullptr) < 0) continue;
        members_.push_back({d, s, &match});
      }
    }
    usable_ = !members_.empty() && set_.Compile();
  }

  void find_all(Source& source) const {
    if (members_.empty()) return;
    std::vector<int> hits;
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      const std::string_view line = source.lines[i];
      const re2::StringPiece piece(line.data(), line.size());
      hits.clear();
      RE2::Set::ErrorInfo error{RE2::Set::kNoError};
      const bool any = usable_ && set_.Match(piece, &hits, &error);
      if (any || (usable_ && error.kind == RE2::Set::kNoError)) {
        for (const int hit : hits) note(source, members_[static_cast<std::size_t>(hit)], i);
      } else {
        // The automaton ran out of its memory: one expression after another needs less.
        for (const Member& member : members_)
          if (RE2::FullMatch(piece, *member.match)) note(source, member, i);
      }
    }
  }

 private:
  struct Member {
    std::size_t definition, spelling;
    const RE2* match;
  };
  static void note(Source& source, const Member& member, std::size_t line) {
    source.found[member.definition][member.spelling].push_back(line);
  }

  RE2::Set set_;
  std::vector<Member> members_;  // by the number that the set gave
  bool usable_ = false;
};

}  // namespace

Definition compile(const FactSpec& spec) {
  Definition definition;
  const Json& json = spec.definition;
  if (!json.is_object()) return definition;
  if (has(json, "from")) {
    for (const Json& source : as_list(json.at("from")))
      if (source.is_string()) definition.from.push_back(source.get<std::string>());
  }
  if (definition.from.empty()) definition.from.emplace_back("stdout");
  if (has(json, "number")) {
    definition.kind = Definition::Kind::number;
    for (const Json& entry : as_list(json.at("number"))) definition.spellings.push_back(spelling_of(entry));
  } else if (has(json, "text")) {
    definition.kind = Definition::Kind::text;
    definition.spellings.push_back(spelling_of(json.at("text")));
  } else if (has(json, "table")) {
    compile_table(json.at("table"), definition);
  } else if (has(json, "numbers") && json.at("numbers").is_object()) {
    compile_columns(json.at("numbers"), definition);
  } else if (has(json, "statistic") && json.at("statistic").is_object()) {
    compile_statistic(json.at("statistic"), definition);
  }
  return definition;
}

std::vector<std::string> patterns_of(const Json& definition) {
  std::vector<std::string> patterns;
  for (const Spelling& spelling : compile({"", definition}).spellings)
    patterns.push_back(spelling.match->pattern());
  return patterns;
}

std::vector<std::unique_ptr<Source>> scan(const std::vector<Definition>& definitions, const RunRecord& run) {
  std::vector<std::unique_ptr<Source>> sources;
  const auto add = [&](const char* kind, const std::string& name, const Stream& stream) {
    const bool wanted = std::ranges::any_of(
        definitions, [&](const Definition& d) { return std::ranges::find(d.from, kind) != d.from.end(); });
    if (!wanted) return;
    auto source = std::make_unique<Source>();
    source->kind = kind;
    source->name = name;
    source->text = clean_text(stream.bytes);
    source->lines = candidate_lines(source->text);
    for (const Definition& definition : definitions) source->found.emplace_back(definition.spellings.size());
    sources.push_back(std::move(source));
  };
  add("stdout", "stdout", run.out);
  add("stderr", "stderr", run.err);
  for (const auto& [name, stream] : run.files) add("files", to_utf8(name), stream);
  const Automaton automaton(definitions);
  for (const auto& source : sources) automaton.find_all(*source);
  return sources;
}

}  // namespace memgrade::facts
