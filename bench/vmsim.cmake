# The speed of the virtual-memory simulator, against a straightforward one. Needs target vmsim and Google Benchmark.
find_package(benchmark QUIET)
if(TARGET vmsim AND benchmark_FOUND)
  add_executable(vmsim_bench ${CMAKE_CURRENT_LIST_DIR}/vmsim_bench.cpp)
  target_compile_features(vmsim_bench PRIVATE cxx_std_20)
  target_link_libraries(vmsim_bench PRIVATE vmsim benchmark::benchmark)
else()
  message(STATUS "vmsim_bench is left out: Google Benchmark was not found")
endif()
