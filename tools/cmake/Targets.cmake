# The three kinds of target that Twinledger has, and what all of them share.

# GCC begins to collect garbage at 128 MiB and a unit takes some 600: a seventh of the build's time, for memory that is
# there.
add_compile_options("$<$<CXX_COMPILER_ID:GNU>:SHELL:--param ggc-min-heapsize=2000000>")

add_library(tl_options INTERFACE)
target_compile_features(tl_options INTERFACE cxx_std_20)
target_compile_options(tl_options INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wswitch-enum -Werror
                                            -fstack-protector-strong)
# What GCC 12 guesses of inlined or instrumented code is often wrong (its bugs 105651, 105329, 105562).
set(guesses -Wno-restrict -Wno-maybe-uninitialized -Wno-error=array-bounds -Wno-error=stringop-overflow
            -Wno-error=stringop-overread -Wno-error=dangling-pointer -Wno-error=free-nonheap-object)
target_compile_options(tl_options INTERFACE "$<$<CONFIG:Release>:${guesses}>")
# Warnings are those of GCC; clang has its own, and clang-tidy for them.
target_compile_options(tl_options INTERFACE "$<$<CXX_COMPILER_ID:Clang>:-w>")
target_include_directories(tl_options INTERFACE "${CMAKE_SOURCE_DIR}/services")
set(TWINLEDGER_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize takes them: address,undefined or thread")
# What the sanitizers look at: the libraries.
add_library(tl_instrumented INTERFACE)
if(TWINLEDGER_SANITIZE)
  target_compile_options(tl_options INTERFACE ${guesses})
  target_compile_options(tl_instrumented INTERFACE -fsanitize=${TWINLEDGER_SANITIZE} -fno-omit-frame-pointer)
  # Checks of every pointer that is followed double the time of the build, and a bad one crashes under ASan anyway.
  target_compile_options(tl_instrumented INTERFACE -fno-sanitize=null,alignment,object-size,pointer-overflow,vptr)
  # A quarter of the build's time goes into the scopes of protobuf's many temporaries; long runs look at them too.
  option(TWINLEDGER_SANITIZE_SCOPES "Whether ASan finds the use of a variable behind its scope" OFF)
  if(TWINLEDGER_SANITIZE MATCHES "address" AND NOT TWINLEDGER_SANITIZE_SCOPES)
    target_compile_options(tl_instrumented INTERFACE -fno-sanitize-address-use-after-scope)
  endif()
  add_link_options(-fsanitize=${TWINLEDGER_SANITIZE})
endif()
option(TWINLEDGER_FUZZ "Whether libraries tell libFuzzer where they have been (clang; tests/fuzz)" OFF)
if(TWINLEDGER_FUZZ)
  target_compile_options(tl_instrumented INTERFACE -fsanitize=fuzzer-no-link)
  # Of each target is shown that it finds a bug; in what is fuzzed none is planted unless it is asked for.
  target_compile_definitions(tl_options INTERFACE TWINLEDGER_PLANTED_BUGS)
endif()
# The tests' own templates would take half of the build; but TSan must see both sides of a race.
add_library(tl_test_options INTERFACE)
target_link_libraries(tl_test_options INTERFACE tl_options)
if(TWINLEDGER_SANITIZE STREQUAL "thread")
  target_link_libraries(tl_test_options INTERFACE tl_instrumented)
else()
  target_compile_options(tl_test_options INTERFACE -O0)
endif()
# One unit a library: the headers that its files share take most of the time of a build.
set(CMAKE_UNITY_BUILD_BATCH_SIZE 0)

# tl_library(NAME registry_domain HDRS council.h SRCS council.cc DEPS twinledger::base)
# HDRS are there to be read by people and by the header check. Includes begin at services/, or at ROOT.
function(tl_library)
  cmake_parse_arguments(ARG "" "NAME;ROOT" "HDRS;SRCS;DEPS" ${ARGN})
  if(NOT ARG_ROOT)
    set(ARG_ROOT services)
  endif()
  set(target tl_${ARG_NAME})  # Prefixed: a target named "crypto" would catch other packages' -lcrypto.
  if(ARG_SRCS)
    add_library(${target} STATIC ${ARG_SRCS})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE tl_options tl_instrumented)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_sources(${target} ${scope} FILE_SET HEADERS BASE_DIRS "${CMAKE_SOURCE_DIR}/${ARG_ROOT}"
                                    FILES ${ARG_HDRS})
  target_include_directories(${target} ${scope} "${CMAKE_SOURCE_DIR}/services")
  target_compile_features(${target} ${scope} cxx_std_20)
  target_link_libraries(${target} ${scope} ${ARG_DEPS})
  add_library(twinledger::${ARG_NAME} ALIAS ${target})
endfunction()

# tl_proto(NAME registry_proto GRPC PROTOS twinledger/registry/v1/registry.proto DEPS twinledger::log_proto)
# Generated headers are SYSTEM: our warnings are about our own code. Generated code is compiled alike in every build, as
# the library that it belongs to, so that ccache has it after the first.
function(tl_proto)
  cmake_parse_arguments(ARG "GRPC" "NAME" "PROTOS;DEPS" ${ARGN})
  set(out "${CMAKE_BINARY_DIR}/generated")
  file(MAKE_DIRECTORY "${out}")
  set(generated "")
  set_property(GLOBAL APPEND PROPERTY TWINLEDGER_PROTOS ${ARG_PROTOS})
  foreach(proto IN LISTS ARG_PROTOS)
    string(REGEX REPLACE "\\.proto$" "" stem "${proto}")
    set(products "${out}/${stem}.pb.cc" "${out}/${stem}.pb.h")
    set(command protobuf::protoc -I "${CMAKE_SOURCE_DIR}/proto" --cpp_out "${out}")
    set(needs "${CMAKE_SOURCE_DIR}/proto/${proto}" protobuf::protoc)
    if(ARG_GRPC)
      list(APPEND products "${out}/${stem}.grpc.pb.cc" "${out}/${stem}.grpc.pb.h")
      list(APPEND command --grpc_out "${out}" --plugin=protoc-gen-grpc=$<TARGET_FILE:gRPC::grpc_cpp_plugin>)
      list(APPEND needs gRPC::grpc_cpp_plugin)
    endif()
    add_custom_command(OUTPUT ${products} COMMAND ${command} "${CMAKE_SOURCE_DIR}/proto/${proto}"
                       DEPENDS ${needs} VERBATIM)
    list(APPEND generated ${products})
  endforeach()
  add_library(${ARG_NAME} STATIC ${generated})
  set_target_properties(${ARG_NAME} PROPERTIES UNITY_BUILD OFF)  # Generated files repeat names.
  target_include_directories(${ARG_NAME} SYSTEM PUBLIC "${out}")
  target_compile_features(${ARG_NAME} PUBLIC cxx_std_20)
  target_link_libraries(${ARG_NAME} PUBLIC protobuf::libprotobuf ${ARG_DEPS})
  if(ARG_GRPC)
    target_link_libraries(${ARG_NAME} PUBLIC gRPC::grpc++)
  endif()
  add_library(twinledger::${ARG_NAME} ALIAS ${ARG_NAME})
endfunction()

# tl_program(NAME twinledgerd SRCS main.cc DEPS twinledger::server)      -> build/<preset>/bin/twinledgerd
function(tl_program)
  cmake_parse_arguments(ARG "" "NAME;OUTPUT" "SRCS;DEPS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SRCS})
  target_link_libraries(${ARG_NAME} PRIVATE tl_options ${ARG_DEPS})
  set_target_properties(${ARG_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
  if(ARG_OUTPUT)
    set_target_properties(${ARG_NAME} PROPERTIES OUTPUT_NAME ${ARG_OUTPUT})
  endif()
endfunction()

# tl_test(NAME log_test LABEL unit THREADS SRCS chain_test.cc DEPS twinledger::log)
# LABEL is the ring: unit, contract, simulation, integration, kafka, faults, end_to_end; one of kafka runs beside a
# broker of its own. THREADS: its tests that the thread
# sanitizer looks at too, as --gtest_filter takes them. PATHS: knows where sources and programs are, so its objects serve no other folder's build.
function(tl_test)
  cmake_parse_arguments(ARG "PATHS" "NAME;LABEL;THREADS" "SRCS;DEPS" ${ARGN})
  tl_program(NAME ${ARG_NAME} SRCS ${ARG_SRCS} DEPS ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  set_target_properties(${ARG_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  target_link_libraries(${ARG_NAME} PRIVATE tl_test_options)
  target_include_directories(${ARG_NAME} PRIVATE "${CMAKE_SOURCE_DIR}")
  if(ARG_PATHS)
    target_compile_definitions(${ARG_NAME} PRIVATE TWINLEDGER_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                                   TWINLEDGER_BIN_DIR="${CMAKE_BINARY_DIR}/bin")
  endif()
  if(TWINLEDGER_SANITIZE STREQUAL "thread")
    target_link_libraries(${ARG_NAME} PRIVATE tsan_absl_mutex)
  endif()
  add_dependencies(tests_${ARG_LABEL} ${ARG_NAME})
  if(ARG_THREADS)
    add_dependencies(tests_threads ${ARG_NAME})
  endif()
  # One process a program: what a suite sets up is set up once.
  set(filter "*")
  if(ARG_THREADS AND TWINLEDGER_SANITIZE STREQUAL "thread")
    set(filter "${ARG_THREADS}")
  endif()
  set(beside "")
  if(ARG_LABEL STREQUAL "kafka")
    set(beside "${CMAKE_SOURCE_DIR}/tests/kafka/with_broker.sh")
  endif()
  add_test(NAME ${ARG_NAME} COMMAND ${beside} $<TARGET_FILE:${ARG_NAME}> --gtest_brief=1 "--gtest_filter=${filter}")
  set(labels ${ARG_LABEL})
  if(ARG_THREADS)
    list(APPEND labels threads)
  endif()
  set_tests_properties(${ARG_NAME} PROPERTIES LABELS "${labels}" TIMEOUT 1500)
  if(TWINLEDGER_SANITIZE STREQUAL "thread")
    set_tests_properties(${ARG_NAME} PROPERTIES ENVIRONMENT
                         "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/support/tsan_suppressions.txt")
  endif()
endfunction()
