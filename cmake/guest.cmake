# memgrade-agent, process 1 of the Linux guests. It stands beside memgrade, which puts it into their first file system.
# Static, and without sanitizers: there is nothing else in the guest when it starts.
file(GLOB agent_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/harness/guest/*.c)
add_executable(memgrade_agent ${agent_sources})
target_include_directories(memgrade_agent PRIVATE ${CMAKE_SOURCE_DIR})
set_target_properties(memgrade_agent PROPERTIES
  OUTPUT_NAME memgrade-agent
  C_STANDARD 11
  C_EXTENSIONS ON
  COMPILE_DEFINITIONS _GNU_SOURCE
  COMPILE_OPTIONS "-Wall;-Wextra;-Wshadow;-Wconversion;-O2;-fno-sanitize=all"
  LINK_OPTIONS "-static;-fno-sanitize=all")
add_dependencies(memgrade_vm memgrade_agent)
