# The headers that nearly every file includes are parsed once: it halves the time of a first build. They are taken from
# base, which every room may use anyway; a file still includes what it needs.
function(memgrade_precompiled target)
  if(target STREQUAL memgrade_base)
    target_precompile_headers(${target} PRIVATE
      <algorithm> <expected> <filesystem> <functional> <map> <optional> <ranges> <string> <string_view> <vector>
      <fmt/format.h> <nlohmann/json.hpp>)
  else()
    target_precompile_headers(${target} REUSE_FROM memgrade_base)
  endif()
endfunction()

# A room of harness/ is one static library made of every .cpp in its folder.
function(memgrade_room name)
  cmake_parse_arguments(ROOM "" "" "USES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/harness/${name}/*.cpp)
  if(sources)
    add_library(memgrade_${name} STATIC ${sources})
    target_link_libraries(memgrade_${name} PUBLIC memgrade_settings ${ROOM_USES})
    memgrade_precompiled(memgrade_${name})
  else()
    add_library(memgrade_${name} INTERFACE)
    target_link_libraries(memgrade_${name} INTERFACE memgrade_settings ${ROOM_USES})
  endif()
  set_property(GLOBAL APPEND PROPERTY MEMGRADE_ROOMS ${name})
endfunction()

# harness/tests/unit/<room>/*_test.cpp become the test program <room>_tests.
function(memgrade_unit_tests)
  get_property(rooms GLOBAL PROPERTY MEMGRADE_ROOMS)
  foreach(room ${rooms})
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/harness/tests/unit/${room}/*_test.cpp)
    if(sources)
      add_executable(${room}_tests ${sources})
      target_link_libraries(${room}_tests PRIVATE memgrade_${room} GTest::gmock GTest::gtest_main)
      target_compile_definitions(${room}_tests PRIVATE MEMGRADE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
      # Fixtures named Guest… run an emulator; `check` has them in its suite `rest`.
      gtest_discover_tests(${room}_tests TEST_PREFIX "${room}." TEST_FILTER "-Guest*" TEST_LIST ${room}_unit
                           PROPERTIES LABELS unit DISCOVERY_TIMEOUT 60)
      if(room STREQUAL "vm")
        gtest_discover_tests(${room}_tests TEST_PREFIX "${room}." TEST_FILTER "Guest*" TEST_LIST ${room}_guests
                             PROPERTIES LABELS needs-qemu DISCOVERY_TIMEOUT 60)
      endif()
    endif()
  endforeach()
endfunction()
