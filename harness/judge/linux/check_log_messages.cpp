// Messages of a module in the kernel log: how many between two marks of a guest job, in which interval, and
// that none comes after a third.
//
// The log's clock (local_clock) and the marks' (CLOCK_MONOTONIC) both count from the boot, but not quite the
// same: `grace` is what they may differ, and what a message that is under way may take.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>
#include <limits>

namespace memgrade::judge {
namespace {

struct Messages {
  std::vector<double> times_s;  // in the order of the log
  std::vector<std::string> texts;
};

Messages matching(const Json& log, const RE2& pattern) {
  Messages found;
  for (const Json& entry : log) {
    const Json& text = param(entry, "text");
    const auto time = number(param(entry, "time_s"));
    if (!text.is_string() || !time || !RE2::PartialMatch(text.get_ref<const std::string&>(), pattern))
      continue;
    found.times_s.push_back(static_cast<double>(*time));
    found.texts.push_back(fmt::format("{:9.3f} s  {}", static_cast<double>(*time),
                                      shorten(printable(text.get_ref<const std::string&>()), 120)));
  }
  return found;
}

std::vector<double> between(const std::vector<double>& times, double from, double to) {
  std::vector<double> inside;
  std::ranges::copy_if(times, std::back_inserter(inside), [&](double t) { return t >= from && t <= to; });
  return inside;
}

// What is wrong with the intervals, in words; "" when most of them are as asked for.
std::string wrong_interval(const std::vector<double>& times, double every, double within) {
  if (times.size() < 2) return "there are not two messages to measure an interval between";
  std::vector<double> gaps;
  for (std::size_t i = 1; i < times.size(); ++i) gaps.push_back(times[i] - times[i - 1]);
  const auto good = std::ranges::count_if(
      gaps, [&](double gap) { return gap >= every * (1 - within) && gap <= every * (1 + within); });
  if (10 * good >= 9 * std::ssize(gaps)) return {};
  std::ranges::sort(gaps);
  return fmt::format("a message comes every {:.3g} s (median) where {:.3g} s was set", gaps[gaps.size() / 2],
                     every);
}

struct ManualGrades {
  double from = 0, to = std::numeric_limits<double>::infinity(), end = to;
  std::string missing;
};

ManualGrades grades_of(const Json& params, const Observed& observed) {
  ManualGrades marks;
  const auto read = [&](const char* key, double& into) {
    const std::string name = text_param(params, key);
    if (name.empty()) return;
    const auto time = number(fact(observed, text_param(params, "run") + ".marks." + name));
    if (time)
      into = static_cast<double>(*time);
    else
      marks.missing = name;
  };
  read("from", marks.from);
  read("to", marks.to);
  read("none_after", marks.end);
  return marks;
}

std::string wanted(std::size_t least, std::size_t most) {
  return least == most ? counted(least, "message")
         : most == std::numeric_limits<std::size_t>::max()
             ? fmt::format("at least {}", counted(least, "message"))
             : fmt::format("{} to {}", least, counted(most, "message"));
}

std::string joined_head(const std::vector<std::string>& texts) {
  const std::size_t shown = std::min<std::size_t>(texts.size(), 20);
  std::string detail = join({texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(shown)}, "\n");
  return texts.size() > shown ? detail + fmt::format("\n… {} more", texts.size() - shown) : detail;
}

Verdict check_log_messages(const Json& params, const Observed& observed) {
  const auto least = static_cast<std::size_t>(number(param(params, "at_least")).value_or(0));
  const auto most = params.contains("at_most") ? static_cast<std::size_t>(*number(param(params, "at_most")))
                                               : std::numeric_limits<std::size_t>::max();
  const std::string expected = wanted(least, most);
  const Json& log = fact(observed, fmt::format("oracle.{}.log", text_param(params, "run")));
  const RE2 pattern(text_param(params, "matches"), RE2::Quiet);
  if (!log.is_array() || !pattern.ok()) return fail_verdict(expected, "not known", "there is no kernel log");
  const ManualGrades marks = grades_of(params, observed);
  if (!marks.missing.empty())
    return fail_verdict(expected, "not known",
                        fmt::format("the guest did not get as far as the mark {}", quote(marks.missing)));
  const Messages messages = matching(log, pattern);
  const double grace = static_cast<double>(number(param(params, "grace")).value_or(0));
  const auto inside = between(messages.times_s, marks.from - grace, marks.to + grace);
  const auto late = between(messages.times_s, marks.end + grace, std::numeric_limits<double>::infinity());
  std::string wrong;
  if (inside.size() < least || inside.size() > most)
    wrong = fmt::format("{} where {} should be", counted(inside.size(), "message"), expected);
  else if (const auto every = number(param(params, "every")); every)
    wrong = wrong_interval(inside, static_cast<double>(*every),
                           static_cast<double>(number(param(params, "within")).value_or(0)));
  if (wrong.empty() && !late.empty())
    wrong = fmt::format("{} after it was switched off, the last {:.1f} s later",
                        counted(late.size(), "message"), late.back() - marks.end);
  Verdict verdict = wrong.empty() ? pass_verdict(expected, counted(inside.size(), "message"))
                                  : fail_verdict(expected, counted(inside.size(), "message"), wrong);
  verdict.detail = joined_head(messages.texts);
  return verdict;
}

FieldSpec mark_key(std::string key, std::string doc) {
  return {.key = std::move(key),
          .type = FieldType::name,
          .doc = std::move(doc),
          .refers_to = Reference{"mark", "run"}};
}

}  // namespace

Checker log_messages_checker() {
  using enum FieldType;
  return {
      {.name = "log_messages",
       .doc = "How many messages that match stand in the guest's kernel log, and when they came.",
       .fields = {run_field("The guest job."),
                  {.key = "matches", .type = regex, .required = true, .doc = "Looked for in each message."},
                  mark_key("from", "The mark from which they count; without it, from the beginning."),
                  mark_key("to", "The mark up to which they count."),
                  mark_key("none_after", "The mark behind which none may come."),
                  {.key = "at_least", .type = integer, .fallback = 0, .doc = "How many.", .minimum = 0},
                  {.key = "at_most", .type = integer, .doc = "How many.", .minimum = 0},
                  {.key = "every",
                   .type = FieldType::number,
                   .unit = "seconds",
                   .doc = "The interval; nine of ten must keep it.",
                   .minimum = 0},
                  {.key = "within",
                   .type = FieldType::number,
                   .fallback = 0.25,
                   .doc = "By what share an interval may differ.",
                   .minimum = 0,
                   .maximum = 1},
                  {.key = "grace",
                   .type = FieldType::number,
                   .fallback = 0.3,
                   .unit = "seconds",
                   .doc = "How far a message may lie outside of the marks.",
                   .minimum = 0}}},
      check_log_messages};
}

}  // namespace memgrade::judge
