#pragma once
/// Table: facts in columns, for a terminal.

#include <string>
#include <vector>

namespace rhumb::cli {

class Table {
public:
    explicit Table(std::vector<std::string> head) : rows_{std::move(head)} {}
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    /// Columns are as wide as what is in them; the last one is not filled up.
    std::string to_text() const;
    void print() const;

private:
    struct Rows : std::vector<std::vector<std::string>> {
        explicit Rows(std::vector<std::string> head) { push_back(std::move(head)); }
    };
    Rows rows_;
};

}  // namespace rhumb::cli
