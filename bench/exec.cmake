# What a run costs alone and in a batch. The sandbox needs its program beside it.
add_executable(batch_runs ${CMAKE_CURRENT_LIST_DIR}/batch_runs.cpp)
set_target_properties(batch_runs PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
target_link_libraries(batch_runs PRIVATE memgrade_exec)
add_dependencies(batch_runs memgrade_confine)
