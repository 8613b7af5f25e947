// The keys of the collector `riscv_kernel`, and the facts that its evidence can hold.
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/riscv_kernel/tree_schema.hpp>
#include <harness/collect/riscv_kernel/workspace.hpp>
#include <harness/oracle/rv64/call_sequences.hpp>
#include <harness/oracle/rv64/rules.hpp>

namespace memgrade::collect {
namespace {

using enum FieldType;

std::vector<FieldSpec> boot_limits() {
  return {
      {.key = "wall",
       .type = number,
       .fallback = 60,
       .unit = "seconds",
       .doc = "From the guest's first instruction.",
       .minimum = 0},
      {.key = "quiet",
       .type = number,
       .fallback = 15,
       .unit = "seconds",
       .doc = "Without a byte on the console.",
       .minimum = 0},
      {.key = "cpu",
       .type = number,
       .fallback = 60,
       .unit = "seconds",
       .doc = "CPU time of the emulator.",
       .minimum = 0},
      {.key = "output",
       .type = size,
       .fallback = 16 << 20,
       .unit = "bytes",
       .doc = "Printed on the console."},
  };
}

std::vector<FieldSpec> lab_fields() {
  return {
      {.key = "tree",
       .required = true,
       .doc = "Our kernel's folder; every file but the student's is taken from it.",
       .refers_to = Reference{"file"}},
      {.key = "student",
       .required = true,
       .list = true,
       .doc = "The files that a student writes, relative to the tree.",
       .refers_to = Reference{"student's file", "tree"}},
      {.key = "optional",
       .list = true,
       .fallback = Json::array(),
       .doc = "Files of a student that may be missing; then ours stands.",
       .refers_to = Reference{"student's file", "tree"}},
      {.key = "build", .required = true, .list = true, .doc = "The command that builds all images."},
      {.key = "images",
       .required = true,
       .map = true,
       .doc = "Image names, each with the ELF file that the build makes."},
      {.key = "driver",
       .fallback = "driver",
       .doc = "The image that holds the driver.",
       .refers_to = Reference{"image"}},
      {.key = "parts",
       .type = object,
       .map = true,
       .fallback = Json::object(),
       .doc =
           "Parts of a submission, each judged with our files in the place of some of the student's, whose "
           "mistakes then cost nothing there. Where a part does not build so, the whole is judged.",
       .fields = {{.key = "ours",
                   .required = true,
                   .list = true,
                   .doc = "The files of the student's that are replaced by the tree's own.",
                   .refers_to = Reference{"file under `student`"}},
                  {.key = "judges",
                   .fallback = "",
                   .doc = "For the report, what is judged so; without it, the part's name."}}},
      whole_trees_field(),
      {.key = "memory", .type = size, .fallback = 128 << 20, .unit = "bytes", .doc = "Of the machine."},
      {.key = "cpu", .fallback = "rv64", .doc = "QEMU's CPU with its options."},
      {.key = "icount",
       .type = integer,
       .fallback = 4,
       .doc = "The guest's clock: 2^n ns an instruction.",
       .minimum = 0,
       .maximum = 10},
      {.key = "limits",
       .type = object,
       .fallback = Json::object(),
       .doc = "What a build and a boot may use.",
       .fields = {{.key = "build",
                   .type = object,
                   .fallback = Json::object(),
                   .doc = "The whole build.",
                   .fields = limit_fields(120, 120, 2LL << 30, 256 << 20, 128)},
                  {.key = "boot",
                   .type = object,
                   .fallback = Json::object(),
                   .doc = "One boot.",
                   .fields = boot_limits()}}},
  };
}

std::vector<std::string> family_names() {
  std::vector<std::string> names;
  for (const auto& family : oracle::sequence_families()) names.emplace_back(family.name);
  return names;
}

FieldSpec place_field() {
  return {.key = "at",
          .required = true,
          .doc =
              "A function's symbol, a virtual address (`0x1000000`), or `end`: where the kernel stands "
              "when the boot is ended from outside."};
}

FieldSpec part_field() {
  return {.key = "part",
          .type = name,
          .doc = "One of the lab's `parts`; without it, or in a whole tree, the whole submission.",
          .refers_to = Reference{"part"}};
}

FieldSpec image_field() {
  return {.key = "image",
          .type = name,
          .required = true,
          .doc = "One of the lab's images.",
          .refers_to = Reference{"image"}};
}

FieldSpec hit_field() {
  return {
      .key = "hit", .type = integer, .fallback = 1, .doc = "When it gets there for this time.", .minimum = 1};
}

std::vector<FieldSpec> task_fields() {
  return {
      {.key = "boots",
       .type = object,
       .list = true,
       .fallback = Json::array(),
       .doc = "Boots of an image to its end; each gives the facts `BOOT.stdout` (the console), `BOOT.ending` "
              "and "
              "`BOOT.exit_status`.",
       .fields = {{.key = "boot", .type = name, .required = true, .doc = "Its name."},
                  image_field(),
                  part_field()}},
      {.key = "calls",
       .type = object,
       .list = true,
       .fallback = Json::array(),
       .doc =
           "Seeded call sequences through the driver, judged by a model of the allocators and of the VMAs. "
           "In a whole tree, those of pages alone.",
       .fields = {{.key = "family",
                   .type = choice,
                   .required = true,
                   .doc = "Which sequences.",
                   .choices = family_names()},
                  part_field(),
                  {.key = "first", .type = integer, .fallback = 1, .doc = "The first seed.", .minimum = 0},
                  {.key = "count", .type = integer, .fallback = 1, .doc = "How many seeds.", .minimum = 1},
                  {.key = "steps",
                   .type = integer,
                   .fallback = 0,
                   .doc = "How long; 0: as the family says.",
                   .minimum = 0},
                  {.key = "budget",
                   .type = integer,
                   .fallback = 30,
                   .unit = "boots",
                   .doc = "How many boots the shortening of a failing sequence may take.",
                   .minimum = 0}}},
      {.key = "sources_of",
       .list = true,
       .fallback = Json::array(),
       .doc = "Functions whose files are kept with the evidence, for `lines_of` of a check."},
      {.key = "looks",
       .type = object,
       .list = true,
       .fallback = Json::array(),
       .doc = "Stops the kernel at a place and lists what its page table maps, read from outside.",
       .fields =
           {{.key = "look", .type = name, .required = true, .doc = "Its name."},
            image_field(),
            part_field(),
            place_field(),
            hit_field(),
            {.key = "table",
             .type = object,
             .doc = "Whose page table: that which was in use when the kernel got to this place. Without "
                    "it, that of the moment.",
             .fields = {place_field(), hit_field()}},
            {.key = "first", .type = integer, .fallback = 0, .doc = "The first virtual address to list."},
            {.key = "last", .type = integer, .fallback = 0, .doc = "The last."},
            {.key = "allocator",
             .doc = "A symbol: the allocator's tree is read, too, as the handout lays it out."}}},
  };
}

std::vector<std::string> fact_names(const Json&, const Json& task,
                                    const std::vector<std::string>& lab_facts) {
  std::vector<std::string> names = {"build.succeeded", "build.way", "build.programs", "build.warnings"};
  for (const Json& boot : task.value("boots", Json::array())) {
    for (const char* known : {"exit_status", "signal", "ending", "stdout", "stderr"})
      names.push_back(boot.value("boot", "") + "." + known);
    for (const std::string& fact : lab_facts) names.push_back(boot.value("boot", "") + "." + fact);
  }
  return names;
}

std::vector<std::string> values_of(const Json& entries, const char* key) {
  std::vector<std::string> values;
  for (const Json& entry : entries) values.push_back(entry.value(key, ""));
  return values;
}

NameTable names_of(const Json& lab, const Json& task) {
  NameTable names;
  const Json trees = lab.value("whole_trees", Json::object());
  names["image"] = keys_of(lab.value("images", Json::object()));
  for (const std::string& image : keys_of(trees.value("images", Json::object())))
    names["image"].push_back(image);
  names["part"] = keys_of(lab.value("parts", Json::object()));
  names["file under `student`"] = texts(lab.value("student", Json::array()));
  names["toolchain"] = texts(trees.value("toolchains", Json::array()));
  names["run"] = values_of(task.value("boots", Json::array()), "boot");
  names["family"] = values_of(task.value("calls", Json::array()), "family");
  names["function under `sources_of`"] = texts(task.value("sources_of", Json::array()));
  const Json looks = task.value("looks", Json::array());
  names["look"] = values_of(looks, "look");
  std::vector<std::string>& with_allocator = names["look with an allocator"];
  for (const Json& look : looks)
    if (look.contains("allocator")) with_allocator.push_back(look.value("look", ""));
  for (const oracle::Rule& rule : oracle::kernel_rules()) names["rule"].emplace_back(rule.id);
  return names;
}

}  // namespace

CollectorSpec riscv_kernel_spec() {
  return {.name = "riscv_kernel",
          .subject = Subject::machine,
          .doc =
              "Builds a student's files in our RV64 kernel tree, or a student's whole tree, boots it in "
              "QEMU, drives "
              "it and looks into it. The shapes of submissions are `starter` and `tree`.",
          .lab_fields = lab_fields(),
          .task_fields = task_fields(),
          .fact_names = fact_names,
          .variants =
              [](const Json& lab) {
                std::vector<std::string> variants = {our_starter};
                if (lab.contains("whole_trees")) variants.emplace_back(whole_tree);
                return variants;
              },
          .names = names_of};
}

}  // namespace memgrade::collect
