# memgrade-confine, the small static program that starts a command inside the sandbox. It stands beside memgrade
# and the test programs, which find it there. No sanitizer: it must not need a library.
add_executable(memgrade_confine ${CMAKE_SOURCE_DIR}/harness/exec/confine_main.c ${CMAKE_SOURCE_DIR}/harness/exec/confine_batch.c)
set_target_properties(memgrade_confine PROPERTIES
  OUTPUT_NAME memgrade-confine
  C_STANDARD 11
  COMPILE_OPTIONS "-Wall;-Wextra;-Wshadow;-Wconversion;-O2"
  LINK_OPTIONS "-static")
add_dependencies(memgrade_exec memgrade_confine)

# What the tests of the sandbox run in it: programs that do their worst.
if(MEMGRADE_TESTS)
  add_executable(memgrade_hostile ${CMAKE_SOURCE_DIR}/harness/tests/hostile/hostile.c)
  set_target_properties(memgrade_hostile PROPERTIES
    OUTPUT_NAME memgrade-hostile
    C_STANDARD 11
    COMPILE_OPTIONS "-Wall;-Wextra;-O1"
    LINK_OPTIONS "-pthread")
  cmake_language(DEFER CALL memgrade_confine_tests)
endif()
function(memgrade_confine_tests)
  if(TARGET exec_tests)
    add_dependencies(exec_tests memgrade_confine memgrade_hostile)
  endif()
endfunction()
