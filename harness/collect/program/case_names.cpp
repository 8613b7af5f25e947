#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/placeholders.hpp>
#include <harness/collect/program/case_names.hpp>
#include <harness/oracle/oracle.hpp>

namespace memgrade::collect {
namespace {

using Texts = std::vector<std::string>;

bool holds(const Texts& texts, std::string_view text) {
  return std::ranges::find(texts, text) != texts.end();
}

void add_keys(Texts& names, const Json& object) {
  for (const std::string& key : keys_of(object))
    if (!holds(names, key)) names.push_back(key);
}

const Json& at(const Json& object, const char* key) {
  static const Json nothing;
  const auto found = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && found != object.end() ? *found : nothing;
}

const oracle::Oracle* oracle_of(const Json& lab) {
  const Json& named = at(lab, "oracle");
  return named.is_object() ? oracle::find_oracle(named.value("name", "")) : nullptr;
}

// The files of all data sets, and of what takes their place in the probe and in this task.
Texts data_files(const Json& lab, const Json& task) {
  Texts files;
  for (const auto& [name, set] : at(lab, "data").items()) add_keys(files, at(set, "files"));
  add_keys(files, at(at(lab, "probe"), "files"));
  for (const Json& run : at(task, "runs")) add_keys(files, at(run, "files"));
  return files;
}

class Inspection {
 public:
  Inspection(const Json& lab, const Json& task);
  std::vector<SettingDiagnostic> inspect();

 private:
  void diagnose(std::string pointer, std::string message) {
    diagnostics_.push_back({std::move(pointer), std::move(message)});
  }
  void inspect_lab();
  void inspect_forms();
  void inspect_arguments();
  void inspect_orders();
  void inspect_runs();
  void inspect_search();
  void inspect_setting(const Json& values, const std::string& pointer);
  void inspect_choices(const Json& values, const std::string& pointer);
  void inspect_oracle_files(const Json& run, const std::string& pointer);
  void inspect_generators(const Json& files, const Json& values, const std::string& pointer);
  void inspect_fill(const Json& text, const Json& values, const std::string& pointer);
  [[nodiscard]] bool is_file_argument(const std::string& word) const {
    return at(at(arguments_, word.c_str()), "file").is_string();
  }
  // No setting of the probe has a value for it, under no name that may be a slip for it.
  [[nodiscard]] bool is_put_in_nowhere(const std::string& word) const {
    return !holds(probed_, word) && nearest(word, unused_).empty();
  }
  // But for words that no setting has: what a single setting lacks is told there.
  [[nodiscard]] bool has_values_for(const Json& text, const Json& values) const {
    return std::ranges::all_of(placeholders_in(text), [&](const std::string& word) {
      return values.contains(word) || is_put_in_nowhere(word);
    });
  }

  const Json& lab_;
  const Json& task_;
  const Json& arguments_;  // of `call`
  const Json& over_;       // the probe's settings
  const oracle::Oracle* oracle_;
  Texts needed_;  // placeholders that every setting must have a value for
  Texts probed_;  // the values that the probe's settings have
  Texts unused_;  // those of them that no placeholder asks for
  std::vector<SettingDiagnostic> diagnostics_;
};

Inspection::Inspection(const Json& lab, const Json& task)
    : lab_(lab),
      task_(task),
      arguments_(at(at(lab, "call"), "arguments")),
      over_(at(at(lab, "probe"), "over")),
      oracle_(oracle_of(lab)),
      needed_(placeholders_in(at(lab, "forms"))) {
  std::erase_if(needed_, [&](const std::string& word) { return is_file_argument(word); });
  for (const std::string& word : placeholders_in(at(lab, "oracle"))) needed_.push_back(word);
  std::ranges::sort(needed_);
  needed_.erase(std::ranges::unique(needed_).begin(), needed_.end());
  for (const Json& values : over_) add_keys(probed_, values);
  std::ranges::copy_if(probed_, std::back_inserter(unused_),
                       [&](const std::string& name) { return !holds(needed_, name); });
}

// Text whose placeholders have no value, or a form that there is not.
void Inspection::inspect_fill(const Json& text, const Json& values, const std::string& pointer) {
  if (const auto filled = fill(text, values); !filled) diagnose(pointer, filled.error().message);
}

void Inspection::inspect_forms() {
  Texts known = probed_;
  Json values = over_.empty() ? Json::object() : over_[0];
  for (const std::string& name : keys_of(arguments_))
    if (is_file_argument(name)) {
      known.push_back(name);
      values[name] = "";
    }
  const auto inspect_text = [&](const Json& text, const std::string& pointer) {
    for (const std::string& word : placeholders_in(text))
      if (!holds(known, word) && is_put_in_nowhere(word))
        return diagnose(pointer,
                        fmt::format("nothing is put in for {{{}}}{}", word, did_you_mean(word, known)));
    if (std::ranges::all_of(placeholders_in(text), [&](const auto& word) { return values.contains(word); }))
      inspect_fill(text, values, pointer);
  };
  const Json& forms = at(lab_, "forms");
  for (std::size_t i = 0; i < forms.size(); ++i)
    inspect_text(at(forms[i], "arguments"), fmt::format("lab:/forms/{}/arguments", i));
  for (const auto& [key, param] : at(at(lab_, "oracle"), "params").items())
    inspect_text(param, "lab:/oracle/params/" + key);
}

void Inspection::inspect_arguments() {
  const Texts files = data_files(lab_, task_);
  for (const auto& [name, argument] : arguments_.items()) {
    const std::string pointer = "lab:/call/arguments/" + name;
    const Json& spellings = at(argument, "spellings");
    for (std::size_t i = 0; i < spellings.size(); ++i)
      for (const Json& values : over_)
        if (has_values_for(spellings[i], values))
          inspect_fill(spellings[i], values, fmt::format("{}/spellings/{}", pointer, i));
    const std::string file = argument.value("file", "");
    // Which files there are is known where something is run.
    if (file.empty() || argument.value("output", false) || at(task_, "runs").empty()) continue;
    if (!holds(files, file))
      diagnose(pointer + "/file",
               fmt::format("no data set has a file '{}'{}", file, did_you_mean(file, files)));
  }
}

void Inspection::inspect_orders() {
  const Texts known = keys_of(arguments_);
  const Json& orders = at(at(lab_, "call"), "orders");
  for (std::size_t i = 0; i < orders.size(); ++i)
    for (const std::string& word : split_words(orders[i].get<std::string>()))
      if (!holds(known, word))
        diagnose(fmt::format("lab:/call/orders/{}", i),
                 fmt::format("'{}' is none of `arguments`{}", word, did_you_mean(word, known)));
}

// What the oracle's parameters choose from ("policy: fifo"), where the setting says it.
void Inspection::inspect_choices(const Json& values, const std::string& pointer) {
  if (oracle_ == nullptr) return;
  const Json& params = at(at(lab_, "oracle"), "params");
  for (const FieldSpec& spec : oracle_->spec.fields) {
    const Json& param = at(params, spec.key.c_str());
    const Texts words = placeholders_in(param);
    if (spec.type != FieldType::choice || words.size() != 1 || !values.contains(words[0])) continue;
    const auto value = fill(param, values);
    if (!value || !value->is_string() || holds(spec.choices, value->get<std::string>())) continue;
    const auto text = value->get<std::string>();
    const std::string near = did_you_mean(text, spec.choices);
    diagnose(fmt::format("{}/{}", pointer, words[0]),
             fmt::format("the oracle knows no {} '{}'{}", spec.key, text,
                         near.empty() ? "; there is " + join(spec.choices, ", ") : near));
  }
}

// Every placeholder of the forms and of the oracle must have a value wherever the program is run.
void Inspection::inspect_setting(const Json& values, const std::string& pointer) {
  Texts unused = keys_of(values);
  std::erase_if(unused, [&](const std::string& name) { return holds(needed_, name); });
  for (const std::string& word : needed_) {
    if (values.contains(word)) continue;
    const std::string why =
        fmt::format("no value for the placeholder {{{}}}, which the lab's forms or oracle use", word);
    const std::string near = nearest(word, unused);
    if (!near.empty())
      diagnose(fmt::format("{}/{}", pointer, near), fmt::format("{}; is '{}' meant for it?", why, near));
    else if (!is_put_in_nowhere(word))
      diagnose(pointer, why);
  }
  inspect_choices(values, pointer);
}

// The files that the oracle reads are there when this is run.
void Inspection::inspect_oracle_files(const Json& run, const std::string& pointer) {
  const Json& set = at(at(lab_, "data"), run.value("data", "").c_str());
  if (oracle_ == nullptr || !set.is_object()) return;
  Texts files = keys_of(at(set, "files"));
  add_keys(files, at(run, "files"));
  for (const FieldSpec& spec : oracle_->spec.fields) {
    const Json& param = at(at(at(lab_, "oracle"), "params"), spec.key.c_str());
    if (!spec.refers_to || spec.refers_to->kind != "run file" || !param.is_string()) continue;
    const auto file = param.get<std::string>();
    if (holds(files, file) || !placeholders_in(param).empty()) continue;
    if (holds(data_files(lab_, task_), file))
      diagnose(pointer + "/data", fmt::format("there is no file '{}' here, which the oracle reads", file));
    else
      diagnose("lab:/oracle/params/" + spec.key,
               fmt::format("no data set has a file '{}'{}", file, did_you_mean(file, files)));
  }
}

void Inspection::inspect_generators(const Json& files, const Json& values, const std::string& pointer) {
  for (const auto& [file, generator] : files.items())
    for (const auto& [key, param] : at(generator, "params").items())
      inspect_fill(param, values, fmt::format("{}/{}/params/{}", pointer, file, key));
}

void Inspection::inspect_lab() {
  inspect_forms();
  inspect_arguments();
  inspect_orders();
  for (const auto& [name, set] : at(lab_, "data").items())
    inspect_generators(at(set, "files"), Json::object(), fmt::format("lab:/data/{}/files", name));
  inspect_oracle_files(at(lab_, "probe"), "lab:/probe");
  for (std::size_t i = 0; i < over_.size(); ++i)
    inspect_setting(over_[i], fmt::format("lab:/probe/over/{}", i));
}

void Inspection::inspect_runs() {
  const Json& runs = at(task_, "runs");
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::string pointer = fmt::format("/runs/{}", i);
    const std::string name = runs[i].value("run", "");
    const Json values = runs[i].value("with", Json::object());
    inspect_setting(values, runs[i].contains("with") ? pointer + "/with" : pointer);
    inspect_oracle_files(runs[i], pointer);
    inspect_generators(at(runs[i], "files"), values, pointer + "/files");
    if (std::any_of(runs.begin(), runs.begin() + static_cast<std::ptrdiff_t>(i),
                    [&](const Json& other) { return other.value("run", "") == name; }))
      diagnose(pointer + "/run", fmt::format("two runs are called '{}'", name));
  }
}

void Inspection::inspect_search() {
  const Json& search = at(task_, "search");
  if (!search.is_object()) return;
  const Json& over = at(search, "over");
  for (std::size_t i = 0; i < over.size(); ++i) inspect_setting(over[i], fmt::format("/search/over/{}", i));
  Json values = over.empty() ? Json::object() : over[0];
  values["seed"] = 1;
  for (const auto& [key, param] : at(at(search, "generate"), "params").items())
    inspect_fill(param, values, "/search/generate/params/" + key);
  if (!lab_.contains("oracle")) diagnose("/search", "a search needs the lab's `oracle` to compare with");
}

std::vector<SettingDiagnostic> Inspection::inspect() {
  inspect_lab();
  inspect_runs();
  inspect_search();
  return std::move(diagnostics_);
}

}  // namespace

NameTable program_names(const Json& lab, const Json& task) {
  NameTable names;
  names["data set"] = keys_of(at(lab, "data"));
  names["data file"] = data_files(lab, task);
  Texts& runs = names["run"];
  for (const Json& run : at(task, "runs")) runs.push_back(run.value("run", ""));
  names["answer under `compare`"] = texts(at(at(task, "search"), "compare"));
  const oracle::Oracle* const oracle = oracle_of(lab);
  if (oracle == nullptr) return names;
  names["value of the truth"] = oracle->facts;
  for (const std::string& fact : oracle->facts)
    if (const std::size_t dot = fact.rfind('.'); dot != fact.npos)
      names["true column of " + fact.substr(0, dot)].push_back(fact.substr(dot + 1));
  return names;
}

std::vector<SettingDiagnostic> inspect_program(const Json& lab, const Json& task) {
  return Inspection(lab, task).inspect();
}

}  // namespace memgrade::collect
