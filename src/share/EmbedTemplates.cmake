# Writes OUTPUT, a C++ file with the text of every file of DIRECTORY.
# cmake -DDIRECTORY=… -DOUTPUT=… -P EmbedTemplates.cmake
file(GLOB files ${DIRECTORY}/*)
list(SORT files)
set(rows "")
set(count 0)
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME)
  # As bytes: a text that is read as such loses what CMake takes for its own (brackets, semicolons).
  file(READ ${file} bytes HEX)
  string(LENGTH "${bytes}" length)
  math(EXPR length "${length} / 2")
  string(REGEX REPLACE "(................................)" "\\1\"\n     \"" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${bytes}")
  string(APPEND rows "    Row{\"${name}\", {\"${bytes}\", ${length}}},\n")
  math(EXPR count "${count} + 1")
endforeach()
file(WRITE ${OUTPUT} "// Made by EmbedTemplates.cmake out of src/share/templates/.
#include \"share/templates.h\"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace rhumb::share {
namespace {

struct Row {
    std::string_view name;
    std::string_view text;
};

constexpr std::array<Row, ${count}> rows{{
${rows}}};

}  // namespace

std::string_view get_template(std::string_view name) {
    const auto* const found = std::ranges::find(rows, name, &Row::name);
    if (found == rows.end()) std::abort();
    return found->text;
}

}  // namespace rhumb::share
")
