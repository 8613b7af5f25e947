# Call sequences for bare kernels, and what tracing them costs. The sandbox needs its program beside it.
add_executable(riscv_driver ${CMAKE_CURRENT_LIST_DIR}/riscv_driver.cpp)
set_target_properties(riscv_driver PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
target_link_libraries(riscv_driver PRIVATE memgrade_vm)
add_dependencies(riscv_driver memgrade_confine)
