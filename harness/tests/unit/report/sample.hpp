// A made-up report that holds every status and every kind of text: what all writers are tested with.
#pragma once

#include <harness/tests/unit/report/parts.hpp>
#include <string>

namespace memgrade::report::testing {

// Text as a hostile submission would shape it: for XML, HTML, Markdown, terminals, workflow commands, UTF-8.
inline const std::string kHostile =
    std::string("]]>\"'<script>alert(1)</script>&amp; \x1b[31mred\x1b[0m | `tick` ") +
    "::set-output name=a::b ##[error]x \xff\xfe\x00" + std::string(1, '\0') +
    " \xE2\x80\xAE"
    "evil @someone [link](javascript:1) https://example.org";

inline TaskReport partial_task() {
  TaskReport made = task("lru-128", "128 frames, LRU", TaskStatus::partial, 0.75, 1.5);
  made.checks.push_back(passed_check("ends by itself", "exit status 0"));
  made.checks.push_back(passed_check("values", "1000 rows"));
  CheckReport table = failed_check(
      "translations", "1000 rows as in the reference", "812 of 1000 rows agree",
      "From row 189 on a page is found in a frame that another page has taken.",
      "frames may be handed out in any order, but a page stays in its frame until it is replaced");
  table.fraction = 0.812;
  table.detail =
      "  row  virtual  physical        value\n"
      "  188    30198      1014           29\n"
      "- 189     6727       583 (yours)    0\n"
      "+ 189     6727     25927 (truth)  117\n"
      "  190    11280\t  16400            0\n";
  made.checks.push_back(table);
  made.checks.push_back(failed_check("TLB hits", "54 (or 53, with the page put in before the lookup)", "57",
                                     "The program counts 3 hits too many.",
                                     "an entry whose page was replaced must leave the TLB too"));
  made.notes = {"called as ./vm -n {frames} -p {policy} {addresses}", "results were read from out.txt"};
  made.commands = {
      "cd submission && ./vm -n 128 -p lru --backing-store /usr/share/memgrade/vmsim/BACKING_STORE.bin "
      "'/usr/share/memgrade/vmsim/my addresses.txt'"};
  made.diagnostics = {{"src/vm.c", 41, 12, "warning", "unused variable 'tlb_index'", "-Wunused-variable"}};
  return made;
}

inline TaskReport failed_task() {
  TaskReport made = task("fifo-128", "128 frames, FIFO", TaskStatus::fail, 0, 1.5);
  CheckReport gate = failed_check("ends by itself", "exit status 0", "exit status 1",
                                  "It ended with status 1.", "return 0 from main");
  gate.gate = true;
  gate.cap = 0.5;
  made.checks.push_back(gate);
  CheckReport hidden = failed_check("hidden trace", "244", "1000", "Every access is a fault.", "");
  hidden.visibility = Visibility::staff;
  made.checks.push_back(hidden);
  for (int at = 1; at <= 30; ++at) gate.detail += "line " + std::to_string(at) + " of the output\n";
  gate.title = "output is short";
  gate.gate = false;
  made.checks.push_back(gate);
  made.staff_notes = {"the hidden trace is seed 4711"};
  for (int at = 1; at <= 8; ++at)
    made.diagnostics.push_back({"src/vm.c", at * 10, 5, "error", "expected ';' before '}' token", ""});
  return made;
}

inline TaskReport hostile_task() {
  TaskReport made = task("hostile", kHostile, TaskStatus::fail, 0, 1);
  made.message = kHostile;
  CheckReport check =
      failed_check(kHostile, kHostile, kHostile + "\n::error::second line", kHostile, kHostile);
  check.detail = kHostile + "\n```\n# heading\n::warning::third\n````\n</pre>" + std::string(200, 'x') + "\n";
  made.checks.push_back(check);
  made.notes = {kHostile};
  made.commands = {"./vm " + kHostile};
  made.diagnostics = {{"../../etc/passwd", 1, 1, "error", kHostile, kHostile},
                      {"src/a,b:c%.c", 3, 0, "error", "100% wrong:\nreally, yes", ""}};
  made.evidence = "javascript:alert(1)";
  return made;
}

inline LabReport vmsim_lab() {
  LabReport lab{"vmsim", "Designing a virtual memory manager", 2.25, 9, "programs/虚拟内存", {}, {}};
  lab.notes = {"built with make",
               "left out: BACKING_STORE.bin (the data are always ours), link.txt (a symbolic link)"};
  lab.tasks.push_back(task("build", "Builds", TaskStatus::pass, 0, 0));
  lab.tasks.back().checks.push_back(passed_check("builds", "make"));
  lab.tasks.push_back(task("fifo-256", "256 frames, FIFO", TaskStatus::pass, 1.5, 1.5));
  lab.tasks.back().checks.push_back(passed_check("page faults", "244"));
  lab.tasks.push_back(partial_task());
  lab.tasks.push_back(failed_task());
  lab.tasks.push_back(task("lru-256", "256 frames, LRU", TaskStatus::crash, 0, 1));
  lab.tasks.back().message = "Killed by signal 11 (SIGSEGV) after 312 of 1000 addresses.";
  lab.tasks.push_back(
      task("large", "A trace of a million addresses, read from a pipe", TaskStatus::timeout, 0, 1));
  lab.tasks.back().message = "Still running after 10 s of CPU time.";
  lab.tasks.push_back(task("random", "Seeded random traces", TaskStatus::skipped, 0, 1));
  lab.tasks.back().message = "Needs at least some points in 128 frames, FIFO.";
  lab.tasks.push_back(task("walk",
                           "代码讲解:解释你的页面置换算法,以及为什么在这里选择了它而不是更简单的先进先出算法",
                           TaskStatus::pending, 0, 1));
  lab.tasks.back().questions = {"Where is the TLB entry of a replaced page removed?", "为什么需要脏位?"};
  lab.tasks.push_back(task("leaks", "Memory errors", TaskStatus::infra_error, 0, 0.5));
  lab.tasks.back().message = "valgrind is not installed here; install it and grade again.";
  lab.tasks.push_back(task("style", "Compiler warnings", TaskStatus::fail, 0, 0));
  lab.tasks.back().informational = true;
  lab.tasks.back().checks.push_back(failed_check("warnings", "none", "3", "The compiler warns 3 times.", ""));
  return lab;
}

inline Report sample_report() {
  Report report;
  report.student = {"s001", "Ada Example 示例", {{"s002", "Bo Sample", 0.5}}, true};
  report.score = 2.25;
  report.max_score = 10;
  report.provisional = true;
  report.labs.push_back(vmsim_lab());
  report.labs.push_back({"hostile", kHostile, 0, 1, kHostile, {kHostile}, {hostile_task(), hostile_task()}});
  report.notes = {"graded with 2 of 2 labs"};
  report.environment = {{"memgrade", "0.1.0"}, {"compiler", "gcc 12.2.0"}, {"sandbox", "bubblewrap 0.8.0"}};
  report.timing = {{"finished", "2026-01-01T00:00:05Z"}, {"wall_s", 12.5}, {"programs_run", 42}};
  return report;
}

}  // namespace memgrade::report::testing
