// A machine without an emulator: it remembers what it was asked, and ends as the test says.
#pragma once

#include <harness/vm/qemu/machine.hpp>

namespace memgrade::vm {

struct FakeMachine : Machine {
  // The script.
  std::string refusal;                        // of what is asked; "": all is answered
  bool runs = true;                           // whether the guest begins then
  int works = 1;                              // pieces of work until it is over
  double cpu_s_per_work = 0;                  // of the emulator
  Result<GuestRun> result = GuestRun{};       // unless `end` says otherwise
  std::function<void(const Question&)> when;  // called with each question, in its time

  // What came.
  std::vector<std::string> calls;

  bool work(Clock::duration) override {
    cpu_ += cpu_s_per_work;
    calls.emplace_back("work");
    return !ended_ && --works >= 0;
  }
  [[nodiscard]] bool over() const override { return ended_ || works < 0; }
  bool attend(Clock::duration) override { return true; }
  [[nodiscard]] bool can_be_asked() const override { return true; }
  [[nodiscard]] Result<Json> ask(const std::string& command, const Json&) override {
    hear({command});
    if (!refusal.empty()) return fail(ErrorKind::infrastructure, refusal);
    return Json::object();
  }
  [[nodiscard]] Status ask_all(const std::vector<Question>& questions, Clock::duration) override {
    for (const Question& question : questions) hear(question);
    if (!refusal.empty()) return fail(ErrorKind::infrastructure, refusal);
    return {};
  }
  [[nodiscard]] bool has_run() const override { return has_run_; }
  [[nodiscard]] double cpu_s() const override { return cpu_; }
  void type(std::string_view bytes) override { calls.push_back("type " + std::string(bytes)); }
  void start_clock() override { calls.emplace_back("clock"); }
  void end(GuestTermination termination, std::string reason) override {
    ended_ = true;
    if (!result) return;
    result->termination = termination;
    result->reason = std::move(reason);
  }
  [[nodiscard]] Result<GuestRun> finish() override {
    calls.emplace_back("finish");
    return result;
  }

 private:
  void hear(const Question& question) {
    calls.push_back(question.command);
    has_run_ = has_run_ || (question.command == "cont" && runs);
    if (when) when(question);
  }

  bool has_run_ = false, ended_ = false;
  double cpu_ = 0;
};

}  // namespace memgrade::vm
