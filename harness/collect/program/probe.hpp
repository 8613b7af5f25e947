// Probes: what a program answers to a call, in every setting, on short traces that are never graded.
#pragma once

#include <harness/base/result.hpp>
#include <harness/collect/program/call.hpp>
#include <harness/collect/program/data_sets.hpp>
#include <harness/collect/program/run.hpp>
#include <harness/collect/program/settings.hpp>
#include <string>
#include <vector>

namespace memgrade::collect {

// What came back in one setting, held against the truth of that setting.
struct Reply {
  int given = 0;        // facts that it holds
  int right = 0;        // of these
  double distance = 0;  // of its counts from the true ones, relative; tells how near a wrong answer is
  std::string shown;    // the facts, to see whether two replies are the same
  std::vector<std::string> names;  // of the facts that it holds
};

// A call and its replies, a reply for each setting.
struct TriedCall {
  Call call;
  std::vector<Reply> replies;
  std::size_t distinct = 0;  // how many different replies
  int right = 0, given = 0;  // facts, over all settings
  bool ignored =
      false;  // the farthest settings give the same answer, though the truths of what it shows differ
  bool timed_out = false;
  std::string example, termination;  // of the first setting: the command, and how it ended
  std::optional<RunRecord> sample;   // the first setting's run, when it answers
  std::size_t first = 0;             // the first setting

  // Better is: more right; replies that differ, since those settings reach the program; more of them; and of
  // calls that the program ignores the shortest.
  [[nodiscard]] bool better_than(const TriedCall& other) const;
};

class Prober {
 public:
  [[nodiscard]] static Result<Prober> make(const Lab& lab, const ProgramSettings& settings,
                                           const DataSets& data);

  // Asks in every setting, beginning with `first`; stops early where the first setting gives no answer, and
  // where the farthest setting gives the same as the first: then the call tells the program nothing.
  // `common` holds what is the same for every setting.
  [[nodiscard]] Result<TriedCall> ask(const Runner& runner, const Call& call, const Invocation& common,
                                      std::size_t first);

  [[nodiscard]] const std::vector<Json>& settings() const { return settings_.probe.over; }
  [[nodiscard]] int most_right() const {
    return static_cast<int>(questions_.size() * settings_.probe.compare.size());
  }
  // Whether the truths of two settings differ in one of these facts.
  [[nodiscard]] bool differ(std::size_t a, std::size_t b, const std::vector<std::string>& names) const;
  // How the answers to a call were read, a line for each column.
  [[nodiscard]] std::vector<std::string> reading_of(const TriedCall& tried) const;
  [[nodiscard]] std::size_t runs() const { return runs_; }
  [[nodiscard]] double cpu_s() const { return cpu_s_; }  // of all of them
  // The lab with what a probe may use in the place of what a run may.
  [[nodiscard]] const Lab& lab() const { return lab_; }

 private:
  Prober(Lab lab, const ProgramSettings& settings) : lab_(std::move(lab)), settings_(settings) {}
  [[nodiscard]] Reply reply_to(std::size_t setting, const RunRecord& record) const;

  Lab lab_;
  const ProgramSettings& settings_;
  std::vector<Question> questions_;
  std::vector<Json> truths_;
  std::size_t runs_ = 0;
  double cpu_s_ = 0;
};

}  // namespace memgrade::collect
