# Everything that Rhumb stands on, found in one place. Debian packages: tools/packages.txt.
execute_process(COMMAND ${CMAKE_SOURCE_DIR}/tools/openssl --where
  OUTPUT_VARIABLE RHUMB_OPENSSL_PREFIX OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE rc)
if(NOT rc EQUAL 0)
  message(FATAL_ERROR "OpenSSL: `tools/openssl --where` failed. Run `tools/openssl` and read what it says.")
endif()
if(NOT RHUMB_OPENSSL_PREFIX STREQUAL "system")
  if(NOT EXISTS ${RHUMB_OPENSSL_PREFIX}/include/openssl/ssl.h)
    message(FATAL_ERROR "OpenSSL: ${RHUMB_OPENSSL_PREFIX} is not there yet. Run `tools/openssl` first (./run and ./test do).")
  endif()
  set(OPENSSL_ROOT_DIR ${RHUMB_OPENSSL_PREFIX})
  list(APPEND CMAKE_BUILD_RPATH ${RHUMB_OPENSSL_PREFIX}/lib)
  list(APPEND CMAKE_INSTALL_RPATH ${RHUMB_OPENSSL_PREFIX}/lib)
endif()

find_package(Threads REQUIRED)
find_package(CURL REQUIRED)
find_package(LibXml2 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tl-expected REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PNG REQUIRED)
find_package(GDAL REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(AGG REQUIRED IMPORTED_TARGET libagg)
pkg_check_modules(DEFLATE REQUIRED IMPORTED_TARGET libdeflate)
pkg_check_modules(TURBOJPEG REQUIRED IMPORTED_TARGET libturbojpeg)
pkg_check_modules(NGHTTP2 REQUIRED IMPORTED_TARGET libnghttp2)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(BROTLI REQUIRED IMPORTED_TARGET libbrotlienc libbrotlidec)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(LDAP REQUIRED IMPORTED_TARGET ldap)
pkg_check_modules(LBER REQUIRED IMPORTED_TARGET lber)
pkg_check_modules(QRENCODE REQUIRED IMPORTED_TARGET libqrencode)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(PSL REQUIRED IMPORTED_TARGET libpsl)
pkg_check_modules(IDN2 REQUIRED IMPORTED_TARGET libidn2)

# Not by its pkg-config file: that one would link the system's libcrypto beside the one that was found above.
find_library(CJOSE_LIBRARY cjose REQUIRED)
find_path(CJOSE_INCLUDE cjose/cjose.h REQUIRED)
add_library(cjose INTERFACE)
target_include_directories(cjose SYSTEM INTERFACE ${CJOSE_INCLUDE})
target_link_libraries(cjose INTERFACE ${CJOSE_LIBRARY} OpenSSL::Crypto)

# Asio, alone: no Boost. One executor type is enough for us.
add_library(asio INTERFACE)
# Asio 1.22 takes aligned_alloc or operator new depending on what was included before it: one of them, everywhere.
target_compile_definitions(asio INTERFACE ASIO_STANDALONE ASIO_NO_DEPRECATED ASIO_DISABLE_STD_ALIGNED_ALLOC)
# Asio 1.22 does not know that clang has the standard's coroutines (the fuzz targets are built by clang).
target_compile_definitions(asio INTERFACE
  $<$<CXX_COMPILER_ID:Clang>:ASIO_HAS_CO_AWAIT=1> $<$<CXX_COMPILER_ID:Clang>:ASIO_HAS_STD_COROUTINE=1>)
target_link_libraries(asio INTERFACE Threads::Threads)
# g++ 12 pairs the coroutine frames' operator new and delete wrongly when it inlines only one of them.
target_compile_options(asio INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete>)

if(RHUMB_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()
