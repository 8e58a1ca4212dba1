#pragma once
/// The texts of templates/, built into the program, with values put in.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rhumb::share {

/// The text of templates/`name`. There must be such a file.
std::string_view get_template(std::string_view name);

/// What stands for @NAME@.
using Values = std::vector<std::pair<std::string_view, std::string>>;

/// templates/`name` with every @NAME@ (capitals, digits and "_") replaced by its value, once: what
/// is put in is not looked at again. Each must have a value. Values are put in as they are: who
/// gives them quotes them for the language of the template.
std::string fill(std::string_view name, const Values& values);

/// The same text with CR LF at the ends of lines, as Windows wants it.
std::string to_dos(std::string_view text);

}  // namespace rhumb::share
