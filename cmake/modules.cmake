# The headers that nearly every file includes are parsed once: it halves the time of a first build. They are taken from
# base, which every module may use anyway; a file still includes what it needs.
set(MEMGRADE_HEADERS <algorithm> <expected> <filesystem> <functional> <map> <optional> <ranges> <string> <string_view>
                     <vector> <fmt/format.h> <nlohmann/json.hpp>)

# memgrade_precompiled(TARGET FIRST HEADER...): the headers are compiled with the target FIRST, and used by the others.
function(memgrade_precompiled target first)
  if(target STREQUAL first)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM ${first})
  endif()
endfunction()

# memgrade_unity(TARGET ROOT SOURCES): where MEMGRADE_UNITY is on, the sources of one folder are compiled as one, so that
# headers are parsed and templates are instantiated once a folder and not once a file. Each file still includes what it
# needs, and names in anonymous namespaces differ within a folder; the preset `separate` compiles every file by itself.
function(memgrade_unity target root sources)
  if(NOT MEMGRADE_UNITY)
    return()
  endif()
  foreach(source ${sources})
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${root} OUTPUT_VARIABLE inside)
    cmake_path(GET inside PARENT_PATH folder)
    string(MAKE_C_IDENTIFIER "all_${folder}" group)
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()

# A module of harness/ is one static library made of every .cpp in its folder and the folders below.
function(memgrade_module name)
  cmake_parse_arguments(MODULE "" "" "USES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/harness/${name}/*.cpp)
  if(sources)
    add_library(memgrade_${name} STATIC ${sources})
    target_link_libraries(memgrade_${name} PUBLIC memgrade_settings ${MODULE_USES})
    memgrade_precompiled(memgrade_${name} memgrade_base ${MEMGRADE_HEADERS})
    memgrade_unity(memgrade_${name} ${CMAKE_SOURCE_DIR}/harness "${sources}")
  else()
    add_library(memgrade_${name} INTERFACE)
    target_link_libraries(memgrade_${name} INTERFACE memgrade_settings ${MODULE_USES})
  endif()
  set_property(GLOBAL APPEND PROPERTY MEMGRADE_MODULES ${name})
endfunction()

# harness/tests/unit/<module>/**/*_test.cpp become the test program <module>_tests. Optimized like the modules: of what is
# instantiated in both, the linker takes the tests' version, and all would run as slow as that.
function(memgrade_unit_tests)
  get_property(modules GLOBAL PROPERTY MEMGRADE_MODULES)
  foreach(module ${modules})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/harness/tests/unit/${module}/*_test.cpp)
    if(sources)
      add_executable(${module}_tests ${sources})
      target_link_libraries(${module}_tests PRIVATE memgrade_${module} GTest::gmock GTest::gtest_main)
      memgrade_precompiled(${module}_tests base_tests ${MEMGRADE_HEADERS} <gmock/gmock.h>)
      memgrade_unity(${module}_tests ${CMAKE_SOURCE_DIR}/harness/tests/unit "${sources}")
      target_compile_definitions(${module}_tests PRIVATE MEMGRADE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
      # Fixtures named Guest… run an emulator; `check` has them in its suite `rest`.
      gtest_discover_tests(${module}_tests TEST_PREFIX "${module}." TEST_FILTER "-Guest*" TEST_LIST ${module}_unit
                           PROPERTIES LABELS unit DISCOVERY_TIMEOUT 60)
      if(module STREQUAL "vm")
        gtest_discover_tests(${module}_tests TEST_PREFIX "${module}." TEST_FILTER "Guest*" TEST_LIST ${module}_guests
                             PROPERTIES LABELS needs-qemu DISCOVERY_TIMEOUT 60)
      endif()
    endif()
  endforeach()
endfunction()
