#include <fmt/format.h>

#include <harness/base/text.hpp>
#include <harness/collect/program/answers.hpp>
#include <harness/collect/program/invocation.hpp>
#include <harness/model/describe.hpp>

namespace memgrade::collect {
namespace {

struct Marks {
  int right = 0;    // facts that agree with the oracle
  int answers = 0;  // facts that were there at all
  int timeouts = 0;
  int most_right = 0;
  std::string example, ending;
};

struct Probe {
  std::vector<Question> questions;
  std::vector<Json> truths;
  std::vector<std::string> compare;
};

Result<Probe> make_probe(const Lab& lab, const DataSets& data) {
  const Json& settings = lab.settings.at("probe");
  Probe probe;
  probe.compare = settings.at("compare").get<std::vector<std::string>>();
  for (const Json& values : settings.at("over")) {
    auto files = data.with(settings.value("data", ""), settings.value("files", Json()), values);
    if (!files) return std::unexpected(files.error());
    Question question{"probe", values, std::move(*files)};
    auto truth = truth_of(lab, question);
    if (!truth) return std::unexpected(truth.error());
    probe.questions.push_back(std::move(question));
    probe.truths.push_back(std::move(*truth));
  }
  return probe;
}

Result<Marks> try_form(const Lab& lab, const Runner& runner, const Form& form, const Probe& probe) {
  Marks marks;
  marks.most_right = static_cast<int>(probe.questions.size() * probe.compare.size());
  for (std::size_t i = 0; i < probe.questions.size(); ++i) {
    auto record = runner.ask(form, probe.questions[i]);
    if (!record) return std::unexpected(record.error());
    if (!*record) {
      marks.ending = "no such program was built";
      break;
    }
    if (i == 0) marks.example = (*record)->command;
    marks.ending = describe_ending(**record);
    const Answers answers = answers_of(lab, **record, probe.truths[i], probe.compare);
    marks.answers += answers.given;
    marks.right += answers.right;
    marks.timeouts += is_timeout((*record)->ending);
    // A form that says nothing at the first setting is not asked about the others.
    if (i == 0 && answers.given == 0) break;
  }
  return marks;
}

}  // namespace

Result<FoundForm> find_form(const Lab& lab, const Runner& runner, const DataSets& data) {
  const auto probe = make_probe(lab, data);
  if (!probe) return std::unexpected(probe.error());
  FoundForm found;
  Marks best;
  int timeouts = 0;
  for (const Json& entry : lab.settings.at("forms")) {
    Form form;
    const Json names = entry.contains("program") && entry["program"].is_array()
                           ? entry["program"]
                           : lab.settings.value("programs", Json::array());
    form.programs = names.get<std::vector<std::string>>();
    form.arguments = entry.value("arguments", "");
    const auto marks = try_form(lab, runner, form, *probe);
    if (!marks) return std::unexpected(marks.error());
    if (marks->answers > 0 && (!found.form || marks->right > best.right ||
                               (marks->right == best.right && marks->answers > best.answers))) {
      found.form = form;
      found.text = marks->example.substr(0, marks->example.find(' ')) + " " + form.arguments;
      best = *marks;
    }
    if (marks->answers == 0 && !marks->example.empty())
      found.tried.push_back(fmt::format("{}: {}", marks->example, marks->ending));
    if (best.right > 0 && best.right == marks->most_right) break;
    timeouts += marks->timeouts;
    // A program that hangs whatever it is told would cost a deadline for each form.
    if (timeouts >= 3) break;
  }
  if (found.form) found.tried.clear();
  return found;
}

}  // namespace memgrade::collect
