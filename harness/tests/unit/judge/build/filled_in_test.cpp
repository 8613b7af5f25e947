// The check `filled_in`: starter code is told as that, and nothing else is.
#include <gmock/gmock.h>
#include <harness/tests/unit/judge/linux/guest_scene.hpp>

namespace memgrade::judge {
namespace {

constexpr const char* kStarter = R"(static void scan_vma(void)
{
    struct mm_struct *mm = get_task_mm(task);
    if (mm)
    {
        // TODO: for (vma = mm->mmap; vma; vma = vma->vm_next) count(vma);
        mmput(mm);
    }
}
)";

Guest starter_with(const std::string& text, const char* value = "77, 0\n") {
  Guest guest;
  guest.evidence.sources["ktest.c"] = text;
  guest.observed().values["vma"] = value;
  return guest;
}

Json filled_in_params() {
  return with_defaults("filled_in", {{"functions", {"scan_vma"}},
                                     {"given", {"get_task_mm", "mmput", "pr_\\w+"}},
                                     {"outputs", {"scan.values.vma", "scan.files.out.txt"}},
                                     {"nothing", "(\\d+, )?0\\s*"}});
}

std::string in_place_of_todo(const std::string& code) {
  std::string text = kStarter;
  const std::size_t todo = text.find("// TODO");
  return text.replace(todo, text.find('\n', todo) - todo, code);
}

TEST(FilledIn, StarterCodeSettlesTheTask) {
  const Verdict verdict = starter_with(kStarter).ask("filled_in", filled_in_params());
  EXPECT_FALSE(verdict.passed);
  EXPECT_TRUE(verdict.settles);
  EXPECT_EQ(verdict.message, "nothing was filled in: scan_vma (ktest.c:2)");
  EXPECT_FALSE(starter_with(in_place_of_todo("pr_info(\"here\");")).passes("filled_in", filled_in_params()));
}

TEST(FilledIn, ALoopOrACallIsOnesOwn) {
  for (const char* code : {"while (vma) vma = vma->vm_next;", "for (;;) break;", "count_them(mm);",
                           "VMA_ITERATOR(vmi, mm, 0);", "mmap_read_lock(mm);"})
    EXPECT_TRUE(starter_with(in_place_of_todo(code)).passes("filled_in", filled_in_params())) << code;
}

TEST(FilledIn, WhatComesOutIsNeverNothing) {
  EXPECT_TRUE(starter_with(in_place_of_todo("n = mm->map_count;"), "77, 39\n")
                  .passes("filled_in", filled_in_params()));
  Guest guest = starter_with(kStarter);
  guest.file("out.txt", "\n\n");
  EXPECT_FALSE(guest.passes("filled_in", filled_in_params()));
  guest.file("out.txt", "0x1--0x2\n");
  EXPECT_TRUE(guest.passes("filled_in", filled_in_params()));
}

TEST(FilledIn, ASourceWithoutTheFunctionIsNoStarterCode) {
  EXPECT_TRUE(
      starter_with("int count_areas(void)\n{\n\treturn 0;\n}\n").passes("filled_in", filled_in_params()));
  EXPECT_EQ(Guest().fails("filled_in", filled_in_params()),
            "the source that is to be looked at is not there");
  EXPECT_FALSE(Guest().ask("filled_in", filled_in_params()).settles);
}

}  // namespace
}  // namespace memgrade::judge
