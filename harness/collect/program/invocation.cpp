#include <fmt/format.h>

#include <harness/base/text.hpp>
#include <harness/collect/program/answers.hpp>
#include <harness/collect/program/invocation.hpp>
#include <harness/model/describe.hpp>

namespace memgrade::collect {
namespace {

struct Agreement {
  int right = 0;    // facts that agree with the oracle
  int answers = 0;  // facts that were there at all
  int timeouts = 0;
  int most_right = 0;
  std::string example, termination;
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

Result<Agreement> try_invocation(const Lab& lab, const Runner& runner, const Invocation& invocation,
                                 const Probe& probe) {
  Agreement agreement;
  agreement.most_right = static_cast<int>(probe.questions.size() * probe.compare.size());
  for (std::size_t i = 0; i < probe.questions.size(); ++i) {
    auto record = runner.ask(invocation, probe.questions[i]);
    if (!record) return std::unexpected(record.error());
    if (!*record) {
      agreement.termination = "no such program was built";
      break;
    }
    if (i == 0) agreement.example = (*record)->command;
    agreement.termination = describe_termination(**record);
    const Answers answers = answers_of(lab, **record, probe.truths[i], probe.compare);
    agreement.answers += answers.given;
    agreement.right += answers.right;
    agreement.timeouts += is_timeout((*record)->termination);
    // A form that says nothing at the first setting is not asked about the others.
    if (i == 0 && answers.given == 0) break;
  }
  return agreement;
}

}  // namespace

Result<FoundInvocation> find_invocation(const Lab& lab, const Runner& runner, const DataSets& data) {
  const auto probe = make_probe(lab, data);
  if (!probe) return std::unexpected(probe.error());
  FoundInvocation found;
  Agreement best;
  int timeouts = 0;
  for (const Json& entry : lab.settings.at("forms")) {
    Invocation invocation;
    const Json names = entry.contains("program") && entry["program"].is_array()
                           ? entry["program"]
                           : lab.settings.value("programs", Json::array());
    invocation.programs = names.get<std::vector<std::string>>();
    invocation.arguments = entry.value("arguments", "");
    const auto agreement = try_invocation(lab, runner, invocation, *probe);
    if (!agreement) return std::unexpected(agreement.error());
    if (agreement->answers > 0 && (!found.invocation || agreement->right > best.right ||
                                   (agreement->right == best.right && agreement->answers > best.answers))) {
      found.invocation = invocation;
      found.text = agreement->example.substr(0, agreement->example.find(' ')) + " " + invocation.arguments;
      best = *agreement;
    }
    if (agreement->answers == 0 && !agreement->example.empty())
      found.tried.push_back(fmt::format("{}: {}", agreement->example, agreement->termination));
    if (best.right > 0 && best.right == agreement->most_right) break;
    timeouts += agreement->timeouts;
    // A program that hangs whatever it is told would cost a deadline for each form.
    if (timeouts >= 3) break;
  }
  if (found.invocation) found.tried.clear();
  return found;
}

}  // namespace memgrade::collect
