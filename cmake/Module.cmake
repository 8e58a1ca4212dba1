# One folder = one module = one target = one namespace. The dependencies between modules are read from
# src/layers.txt, so that the text that is checked is the text that is linked.

# The names of all modules, bottom to top.
function(rhumb_layers_modules out)
  file(STRINGS ${CMAKE_SOURCE_DIR}/src/layers.txt lines REGEX "^[a-z]+:")
  set(names "")
  foreach(line IN LISTS lines)
    string(REGEX MATCH "^[a-z]+" name "${line}")
    list(APPEND names ${name})
  endforeach()
  set(${out} ${names} PARENT_SCOPE)
endfunction()

# The modules that `module` may include.
function(rhumb_layers_below module out)
  file(STRINGS ${CMAKE_SOURCE_DIR}/src/layers.txt line REGEX "^${module}:")
  string(REGEX REPLACE "#.*$" "" line "${line}")
  string(REGEX REPLACE "^[a-z]+:" "" line "${line}")
  string(REGEX MATCHALL "[a-z]+" names "${line}")
  set(${out} "${names}" PARENT_SCOPE)
endfunction()

# rhumb_module(NAME SOURCES … [TESTS …] [FUZZ x_fuzz.cc …] [LIBRARIES …] [TEST_LIBRARIES …])
# makes the target rhumb_NAME, the program NAME_test (label unit), and a program for each fuzz target.
# A fuzz target x_fuzz.cc reads its corpus from tests/corpus/x/ .
function(rhumb_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;TESTS;FUZZ;LIBRARIES;TEST_LIBRARIES" ${ARGN})
  rhumb_layers_below(${name} below)
  set(links "")
  foreach(module IN LISTS below)
    if(TARGET rhumb_${module})
      list(APPEND links rhumb_${module})
    endif()
  endforeach()

  add_library(rhumb_${name} STATIC ${ARG_SOURCES})
  target_include_directories(rhumb_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(rhumb_${name} PUBLIC ${links} tl::expected fmt::fmt ${ARG_LIBRARIES} PRIVATE rhumb_warnings)

  if(RHUMB_TESTS AND ARG_TESTS)
    add_executable(${name}_test ${ARG_TESTS})
    target_link_libraries(${name}_test PRIVATE rhumb_${name} ${ARG_TEST_LIBRARIES} rhumb_warnings GTest::gmock GTest::gtest GTest::gtest_main)
    gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST TEST_PREFIX ${name}. PROPERTIES LABELS unit TIMEOUT 60)
  endif()

  foreach(source IN LISTS ARG_FUZZ)
    get_filename_component(target ${source} NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" subject ${target})
    if(RHUMB_FUZZ)
      add_executable(${target} ${source})
      target_link_options(${target} PRIVATE -fsanitize=fuzzer)
      target_link_libraries(${target} PRIVATE rhumb_${name} rhumb_warnings)
    elseif(RHUMB_TESTS)
      # Without libFuzzer the same target replays its corpus, and seeded changes of it.
      add_executable(${target} ${source} ${CMAKE_SOURCE_DIR}/tests/fuzz_replay.cc)
      target_link_libraries(${target} PRIVATE rhumb_${name} rhumb_warnings)
      add_test(NAME fuzz.${subject} COMMAND ${target} ${CMAKE_SOURCE_DIR}/tests/corpus/${subject})
      set_tests_properties(fuzz.${subject} PROPERTIES LABELS "unit;fuzz" TIMEOUT 120)
    endif()
  endforeach()
endfunction()
