#include <algorithm>
#include <cmath>
#include <harness/base/text.hpp>
#include <harness/collect/program/answers.hpp>
#include <harness/collect/program/probe.hpp>
#include <harness/facts/facts.hpp>
#include <harness/model/describe.hpp>
#include <set>
#include <tuple>

namespace memgrade::collect {
namespace {

// A probe's trace is short: a program that takes longer would take minutes for the graded ones.
constexpr double kProbeWallSeconds = 10, kProbeCpuSeconds = 2;

// The settings in the order in which they are asked: the first, then the one that is farthest from it.
std::vector<std::size_t> asking_order(std::size_t settings, std::size_t first) {
  std::vector<std::size_t> order = {first};
  for (std::size_t i = settings; i-- > 0;)
    if (i != first) order.push_back(i);
  if (first == settings - 1 && order.size() > 2) std::ranges::reverse(order.begin() + 1, order.end());
  return order;
}

}  // namespace

bool TriedCall::better_than(const TriedCall& other) const {
  const auto rank = [](const TriedCall& one) {
    const auto words = static_cast<std::ptrdiff_t>(one.call.arguments.size());
    return std::tuple(one.right, one.distinct, one.given, !one.ignored, one.ignored ? -words : 0);
  };
  return rank(*this) > rank(other);
}

Result<Prober> Prober::make(const Lab& lab, const ProgramSettings& settings, const DataSets& data) {
  Lab short_runs = lab;
  Json& limits = short_runs.settings["limits"]["run"];
  limits["wall"] = std::min(kProbeWallSeconds, settings.run_limits.wall_s);
  limits["cpu"] = std::min(kProbeCpuSeconds, settings.run_limits.cpu_s);
  Prober prober(std::move(short_runs), settings);
  for (const Json& values : settings.probe.over) {
    auto files = data.with(settings.probe.data, settings.probe.files, values);
    if (!files) return std::unexpected(files.error());
    Question question{"probe", values, std::move(*files)};
    auto truth = truth_of(lab, question);
    if (!truth) return std::unexpected(truth.error());
    prober.questions_.push_back(std::move(question));
    prober.truths_.push_back(std::move(*truth));
  }
  return prober;
}

Reply Prober::reply_to(std::size_t setting, const RunRecord& record) const {
  const Json& truth = truths_[setting];
  const Answers answers = answers_of(lab_, record, truth, settings_.probe.compare);
  Reply reply{answers.given, answers.right, 0, {}, {}};
  const Json facts = facts::facts_of_run(lab_.facts, record, truths_.front());
  for (const std::string& name : settings_.probe.compare) {
    const Json& value = at_path(facts, name);
    reply.shown += dump_json(value, -1) + "\n";
    if (!facts::is_shown(value)) continue;
    reply.names.push_back(name);
    const auto count = facts::count_of(value), expected = facts::count_of(at_path(truth, name));
    if (count && expected) reply.distance += std::abs(*count - *expected) / (1 + *expected);
  }
  return reply;
}

bool Prober::differ(std::size_t a, std::size_t b, const std::vector<std::string>& names) const {
  return std::ranges::any_of(
      names, [&](const std::string& name) { return at_path(truths_[a], name) != at_path(truths_[b], name); });
}

Result<TriedCall> Prober::ask(const Runner& runner, const Call& call, const Invocation& common,
                              std::size_t first) {
  Invocation invocation = common;
  invocation.settings = {{Json::object(), call, ""}};
  TriedCall tried;
  tried.call = call;
  tried.replies.resize(questions_.size());
  tried.first = first;
  std::set<std::string> shown;
  const std::vector<std::size_t> order = asking_order(questions_.size(), first);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t setting = order[i];
    auto record = runner.ask(invocation, questions_[setting]);
    if (!record) return std::unexpected(record.error());
    if (!*record) break;
    ++runs_;
    cpu_s_ += (*record)->cpu_s;
    if (i == 0) {
      tried.example = (*record)->command;
      tried.termination = describe_termination(**record);
    }
    tried.timed_out = tried.timed_out || is_timeout((*record)->termination);
    Reply& reply = tried.replies[setting] = reply_to(setting, **record);
    shown.insert(reply.shown);
    if (i == 0 && reply.given == 0) break;
    if (i == 0) tried.sample = **record;
    if (i == 1 && shown.size() == 1 && differ(order[0], setting, reply.names)) {
      // The other settings lie between these two.
      tried.ignored = true;
      for (const std::size_t other : order)
        if (other != order[0] && other != setting) tried.replies[other] = reply_to(other, **record);
      break;
    }
  }
  tried.distinct = shown.size();
  for (const Reply& reply : tried.replies) tried.right += reply.right, tried.given += reply.given;
  return tried;
}

std::vector<std::string> Prober::reading_of(const TriedCall& tried) const {
  if (!tried.sample) return {};
  return facts::describe(lab_.facts, facts::settle(lab_.facts, {{&*tried.sample, &truths_[tried.first]}}));
}

}  // namespace memgrade::collect
