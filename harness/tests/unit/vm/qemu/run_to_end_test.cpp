#include <gmock/gmock.h>

#include <harness/tests/unit/vm/qemu/fake_machine.hpp>

namespace memgrade::vm {
namespace {

using testing::ElementsAre;

const auto killed = fail(ErrorKind::infrastructure, "killed");

TEST(RunToEnd, HandsOverWorksAndFinishes) {
  FakeMachine machine;
  machine.works = 2;
  int looks = 0;
  const auto run = run_to_end(machine, {.hand_over = [&] { return machine.ask_all({{"cont"}}, {}); },
                                        .look = [&] { ++looks; },
                                        .at_end = [&] { machine.type("saved"); }});
  ASSERT_TRUE(run);
  EXPECT_EQ(looks, 2);
  EXPECT_THAT(machine.calls, ElementsAre("clock", "cont", "work", "work", "work", "type saved", "finish"));
}

TEST(RunToEnd, WhatCannotBeHandedOverDoesNotRun) {
  FakeMachine machine;
  machine.refusal = "broken";
  const MachineRun plan{.hand_over = [&] { return machine.ask_all({{"cont"}}, {}); },
                        .at_end = [&] { machine.type("saved"); }};
  EXPECT_EQ(run_to_end(machine, plan).error().message, "broken");
  EXPECT_THAT(machine.calls, ElementsAre("clock", "cont", "finish"));
  machine.result = killed;
  EXPECT_EQ(run_to_end(machine, plan).error().message, "killed") << "the emulator's is the better reason";
}

TEST(RunToEnd, WhoLooksMayEndIt) {
  FakeMachine machine;
  machine.works = 1000;
  const auto run =
      run_to_end(machine, {.hand_over = [] { return Status(); },
                           .look = [&] { machine.end(GuestTermination::stopped, "seen enough"); }});
  ASSERT_TRUE(run);
  EXPECT_EQ(run->termination, GuestTermination::stopped);
  EXPECT_EQ(run->reason, "seen enough");
  EXPECT_THAT(machine.calls, ElementsAre("clock", "work", "work", "finish"));
}

}  // namespace
}  // namespace memgrade::vm
