# Warnings and language settings that every module shares.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

# The waiting is for compilers, kernels and emulators, not for our own loops: -O1 builds in two thirds of the time of -O3.
set(CMAKE_CXX_FLAGS_RELEASE "-O1 -DNDEBUG")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The second setting lets ccache serve files that use a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

add_library(memgrade_settings INTERFACE)
target_include_directories(memgrade_settings INTERFACE ${CMAKE_SOURCE_DIR})
# -pthread everywhere: a precompiled header serves only files with the same macros, and this defines one.
target_compile_options(memgrade_settings INTERFACE -pthread -Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor)
target_compile_definitions(memgrade_settings INTERFACE MEMGRADE_VERSION="${PROJECT_VERSION}")
# Newer compilers warn of more, and not always rightly (-Warray-bounds of GCC 14).
if(MEMGRADE_WERROR AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(memgrade_settings INTERFACE -Werror)
endif()
if(MEMGRADE_SANITIZE)
  add_compile_options(-fsanitize=${MEMGRADE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MEMGRADE_SANITIZE})
endif()
