#include <harness/collect/edits.hpp>
#include <harness/collect/riscv_kernel/tree_schema.hpp>

namespace memgrade::collect {
namespace {

using enum FieldType;

FieldSpec edits_of_tree() {
  return edits_field(
      {.match_key = tree_edit_match,
       .doc = "Edits of framework files that such a tree needs to be built and booted here. The report names "
              "each one that was made, with file and line, and each that found no place.",
       .match_doc = "What is replaced, wherever it stands in a line. Once replaced it must not match again.",
       .replace_doc = "By what; `\\1` is the first group.",
       .more = {{.key = "files", .required = true, .list = true, .doc = "Globs of the files that it is for."},
                {.key = "toolchain",
                 .doc = "Only with this one of `toolchains`.",
                 .refers_to = Reference{"toolchain"}}}});
}

FieldSpec others_field() {
  return {
      .key = "others",
      .type = object,
      .list = true,
      .fallback = Json::array(),
      .doc =
          "Trees of other labs, editions or courses, told apart by what stands in them: they are not graded, "
          "and the first that fits is said. All that is given must hold.",
      .fields = {{.key = "is", .required = true, .doc = "For a person: `lab 6 of the same course`."},
                 {.key = "has_path", .type = regex, .doc = "Found in some file's path."},
                 {.key = "lacks_path", .type = regex, .doc = "Found in no file's path."},
                 {.key = "has_text", .type = regex, .doc = "Found in some source."},
                 {.key = "lacks_text", .type = regex, .doc = "Found in no source."}}};
}

FieldSpec put_in_field() {
  return {.key = "put_in",
          .type = object,
          .list = true,
          .fallback = Json::array(),
          .doc = "Programs of ours in the place of the tree's, built by its own Makefile.",
          .fields = {{.key = "files", .required = true, .list = true, .doc = "Globs of what is replaced."},
                     {.key = "program",
                      .required = true,
                      .doc = "The source; the headers of its folder are put beside it.",
                      .refers_to = Reference{"file"}}}};
}

FieldSpec driver_field() {
  return {
      .key = "driver",
      .type = object,
      .doc =
          "How our driver gets into such a tree. Where it cannot be linked, its checks see nothing "
          "(`if_unseen`).",
      .fields = {
          {.key = "tree",
           .required = true,
           .doc = "The folder with the driver's sources.",
           .refers_to = Reference{"file"}},
          {.key = "compile",
           .required = true,
           .list = true,
           .doc =
               "Makes the driver's object, in a copy of that folder, before any of the student's code runs."},
          {.key = "link",
           .required = true,
           .list = true,
           .doc =
               "Builds the tree with the driver in it; `{submission}` and `{driver}` are the two folders."},
          {.key = "file", .required = true, .doc = "The ELF file that it makes."},
          {.key = "entry",
           .required = true,
           .doc = "The symbol that this file must begin at; else the driver is not in it."}}};
}

}  // namespace

FieldSpec whole_trees_field() {
  return {
      .key = "whole_trees",
      .type = object,
      .doc =
          "Submissions that are a whole kernel tree in a framework of their own. They are built as they are, "
          "begin in machine mode at 0x80000000, and are ended from outside.",
      .fields = {
          {.key = "has",
           .required = true,
           .list = true,
           .doc = "Globs: a file by which such a tree is told from the other shape."},
          others_field(),
          {.key = "makefile",
           .doc = "A Makefile of ours that is put in where a tree has none at its top; the report says so.",
           .refers_to = Reference{"file"}},
          {.key = "toolchains",
           .required = true,
           .list = true,
           .doc = "Prefixes of compilers (`riscv64-linux-gnu-`); the first that is installed becomes "
                  "`{toolchain}`."},
          {.key = "compiled",
           .list = true,
           .fallback = Json::array(),
           .doc = "Globs of files that a build makes; what was handed in of them is removed first. ELF files "
                  "always "
                  "are."},
          edits_of_tree(),
          {.key = "images",
           .type = object,
           .required = true,
           .map = true,
           .doc = "Image names; the first is the kernel itself. Each is built in a copy of its own.",
           .fields = {{.key = "build", .required = true, .list = true, .doc = "The command."},
                      {.key = "file", .required = true, .doc = "The ELF file that it makes."},
                      {.key = "leave_out",
                       .list = true,
                       .fallback = Json::array(),
                       .doc =
                           "Globs of user programs that do nothing in this image: one that never ends keeps "
                           "those after it from being reached."},
                      put_in_field(),
                      {.key = "last_line",
                       .type = regex,
                       .doc = "A line that ends a boot of this image, beside the lab's."}}},
          driver_field(),
          {.key = "keep_first_page",
           .type = boolean,
           .fallback = false,
           .doc = "Every sequence of calls takes the first page before it begins, and never frees it."},
          {.key = "cpu", .fallback = "rv64", .doc = "QEMU's CPU with its options."},
          {.key = "cpu_why", .fallback = "", .doc = "Why not the usual one, for the report."},
          {.key = "last_line", .type = regex, .doc = "The line after which a boot is ended: all is printed."},
          {.key = "endless",
           .type = object,
           .doc = "A fault that comes again and again ends a boot as hung.",
           .fields = {{.key = "line",
                       .type = regex,
                       .required = true,
                       .doc = "The line that is printed at a fault."},
                      {.key = "times",
                       .type = integer,
                       .fallback = 200,
                       .doc = "So often the same line, with no other that matches between, is endless.",
                       .minimum = 2}}}}};
}

}  // namespace memgrade::collect
