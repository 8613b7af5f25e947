// Which compiler builds, and that every host judges C alike.
#include <gmock/gmock.h>
#include <harness/collect/compilers.hpp>

namespace memgrade::collect {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ModuleCompiler, IsGcc12ElseTheNewest) {
  EXPECT_EQ(module_compiler({"gcc", "gcc-14", "gcc-12", "gcc-ar-12", "x86_64-linux-gnu-gcc-12"}), "gcc-12");
  EXPECT_EQ(module_compiler({"gcc-9", "gcc-14", "gcc-13", "g++-15", "gcc-nm-16"}), "gcc-14");
  EXPECT_EQ(module_compiler({"cc", "clang-14"}), "gcc");
}

TEST(GccVersion, OfNoGccIsNought) {
  EXPECT_EQ(gcc_version("/usr/bin/env"), 0);
  EXPECT_EQ(gcc_version("/nowhere/gcc-12"), 0);
}

TEST(CompilerWrapper, AddsFlagsBehindTheCallers) {
  EXPECT_EQ(compiler_wrapper("/usr/bin/gcc", 12, {"-g", "-O1"}),
            "#!/bin/sh\nexec /usr/bin/gcc \"$@\" -g -O1\n");
  EXPECT_EQ(compiler_wrapper("/usr/bin/clang", 0, {}), "#!/bin/sh\nexec /usr/bin/clang \"$@\" \n");
}

TEST(CompilerWrapper, NewerGccsAreAsLenientWithC) {
  EXPECT_THAT(compiler_wrapper("/usr/bin/gcc", 14, {"-g"}), HasSubstr("*.c) c=-fpermissive"));
  EXPECT_THAT(compiler_wrapper("/usr/bin/gcc", 13, {"-g"}), Not(HasSubstr("permissive")));
  EXPECT_THAT(note_on_c(14), HasSubstr("GCC 14"));
  EXPECT_EQ(note_on_c(12), "");
}

}  // namespace
}  // namespace memgrade::collect
