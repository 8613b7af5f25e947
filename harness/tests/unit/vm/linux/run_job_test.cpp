// A job in a machine that no emulator makes: what becomes of its records, its console and its end.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstring>
#include <harness/base/descriptor.hpp>
#include <harness/tests/unit/vm/linux/record_frames.hpp>
#include <harness/tests/unit/vm/qemu/fake_machine.hpp>
#include <harness/vm/linux/run_job.hpp>

namespace memgrade::vm {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

// A machine whose agent writes `kinds` as records, by the key of the job that the machine got.
class FakeGuest {
 public:
  explicit FakeGuest(std::vector<std::string> kinds) : kinds_(std::move(kinds)) {}

  std::function<void(FakeMachine&)> script = [](FakeMachine&) {};
  std::vector<std::string> calls;  // of the machine, until its end

  Result<JobRun> run(bool& restored) {
    const Descriptor state(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const JobPlace place{[this](const SessionPlan& plan, std::stop_token) { return machine(plan); }, {}};
    return run_job(place, state.get(), {.steps = "mark one\n"}, {}, {}, restored);
  }

 private:
  struct Recorder : FakeMachine {
    std::vector<std::string>* kept = nullptr;
    ~Recorder() override { *kept = calls; }
  };

  Result<std::unique_ptr<Machine>> machine(const SessionPlan& plan) {
    RecordKey own;
    const std::string& job = plan.machine.files.at(0).bytes;
    std::memcpy(own.data(), job.data() + 8, sizeof own);
    auto made = std::make_unique<Recorder>();
    made->kept = &calls;
    made->result->exit_code = agent_done_status;
    made->when = [this, own](const Question& question) {
      if (question.command != "add-fd") return;
      std::uint64_t number = 0;
      for (const std::string& kind : kinds_) {
        const std::string text = kind == "end" ? std::to_string(number) : "";
        const std::string bytes = frame(number++, kind, "one", text, 0, own);
        EXPECT_EQ(::write(question.descriptor, bytes.data(), bytes.size()), std::ssize(bytes));
      }
    };
    script(*made);
    return made;
  }

  std::vector<std::string> kinds_;
};

TEST(RunJob, WholeRecordsAreAJobThatIsDone) {
  FakeGuest guest({"mark", "step", "end"});
  bool restored = false;
  const auto run = guest.run(restored);
  ASSERT_TRUE(run) << run.error().text();
  EXPECT_EQ(run->termination, JobTermination::done);
  EXPECT_EQ(run->records.size(), 2U);
  EXPECT_TRUE(restored);
  EXPECT_THAT(guest.calls, Contains("migrate-incoming"));
}

TEST(RunJob, EndingsOfTheMachineExplainMissingRecords) {
  struct Case {
    GuestTermination machine;
    std::string console;
    JobTermination job;
    std::string reason;
  };
  const Case cases[] = {
      {GuestTermination::reset, "Kernel panic - not syncing: oops\n", JobTermination::panic, "oops"},
      {GuestTermination::reset, "", JobTermination::reset, "without a word"},
      {GuestTermination::wall_timeout, "", JobTermination::wall_timeout, ""},
      {GuestTermination::cpu_timeout, "", JobTermination::cpu_timeout, ""},
      {GuestTermination::output_limit, "", JobTermination::output_limit, ""},
      {GuestTermination::shutdown, "", JobTermination::poweroff, "in the middle of the job"},
  };
  for (const Case& one : cases) {
    FakeGuest guest({"mark"});
    guest.script = [&](FakeMachine& machine) {
      machine.result->termination = one.machine;
      machine.result->console.bytes = one.console;
      machine.result->exit_code = 0;
    };
    bool restored = false;
    const auto run = guest.run(restored);
    ASSERT_TRUE(run) << run.error().text();
    EXPECT_EQ(run->termination, one.job) << to_string(one.machine);
    EXPECT_THAT(run->reason, HasSubstr(one.reason));
    EXPECT_EQ(run->records.size(), 1U) << "what came before is kept";
  }
}

TEST(RunJob, StateThatIsRefusedIsAnErrorAndNotRestored) {
  FakeGuest guest({});
  guest.script = [](FakeMachine& machine) {
    machine.runs = false;
    machine.refusal = "refuses 'migrate-incoming'";
  };
  bool restored = true;
  const auto run = guest.run(restored);
  ASSERT_FALSE(run);
  EXPECT_THAT(run.error().message, HasSubstr("migrate-incoming"));
  EXPECT_FALSE(restored);
  EXPECT_THAT(guest.calls, Not(Contains("work")));
}

TEST(RunJob, GuestThatEndsBeforeTheLastAnswerHasRun) {
  FakeGuest guest({"mark", "end"});
  guest.script = [](FakeMachine& machine) { machine.refusal = "did not answer 'cont'"; };
  bool restored = false;
  const auto run = guest.run(restored);
  ASSERT_TRUE(run) << run.error().text();
  EXPECT_EQ(run->termination, JobTermination::done);
}

// Nothing comes from the agent, though the emulator is busy.
TEST(RunJob, KernelThatHogsTheProcessorGetsAnNmi) {
  FakeGuest guest({"mark"});
  guest.script = [](FakeMachine& machine) {
    machine.works = 20;
    machine.cpu_s_per_work = 1;
    machine.result->exit_code = 0;
  };
  bool restored = false;
  const auto run = guest.run(restored);
  ASSERT_TRUE(run) << run.error().text();
  EXPECT_TRUE(run->hung);
  EXPECT_EQ(run->termination, JobTermination::wall_timeout);
  EXPECT_THAT(run->reason, HasSubstr("does not hear an NMI"));
  EXPECT_THAT(guest.calls, Contains("inject-nmi"));
}

}  // namespace
}  // namespace memgrade::vm
