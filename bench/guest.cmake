# What restoring a Linux guest costs. The sandbox needs its program beside it.
add_executable(guest_restore ${CMAKE_CURRENT_LIST_DIR}/guest_restore.cpp)
set_target_properties(guest_restore PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
target_link_libraries(guest_restore PRIVATE memgrade_vm)
add_dependencies(guest_restore memgrade_confine memgrade_agent)
