# Writes OUTPUT, a C++ file with the text of every file of DIRECTORY: the migrations, in the order of their numbers.
# cmake -DDIRECTORY=… -DOUTPUT=… -P EmbedMigrations.cmake
file(GLOB files ${DIRECTORY}/*.sql)
list(SORT files)
set(rows "")
set(expected 0)
foreach(file IN LISTS files)
  get_filename_component(stem ${file} NAME_WE)
  if(NOT stem MATCHES "^([0-9][0-9][0-9][0-9])_([a-z_]+)$")
    message(FATAL_ERROR "${file}: a migration is called NNNN_what.sql")
  endif()
  set(digits ${CMAKE_MATCH_1})
  set(name ${CMAKE_MATCH_2})
  math(EXPR expected "${expected} + 1")
  string(REGEX REPLACE "^0+" "" number ${digits})
  if(NOT number EQUAL expected)
    message(FATAL_ERROR "${file}: the next migration has the number ${expected}")
  endif()
  file(READ ${file} sql)
  string(APPEND rows "    {${number}, \"${name}\", R\"sql(${sql})sql\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Made by EmbedMigrations.cmake out of src/storage/migrations/.
#include <array>

#include \"storage/migrate.h\"

namespace rhumb::storage {
namespace {

constexpr std::array<Migration, ${expected}> migrations{{
${rows}}};

}  // namespace

std::span<const Migration> all_migrations() { return migrations; }

}  // namespace rhumb::storage
")
