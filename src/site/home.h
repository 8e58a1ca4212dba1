#pragma once
/// The configuration's home: either the store, where every change is a revision, or a file, which a
/// person edits.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "config/document.h"
#include "config/parse.h"
#include "storage/store.h"

namespace rhumb::site {

/// A configuration that is in force, or was.
struct Configuration {
    std::string text;
    config::Document document;
    std::vector<config::Diagnostic> warnings;
    storage::Id revision = 0;  ///< 0 where the home is a file
    Seconds time{};            ///< when the revision was made, or the file was written
};

/// Who makes a change, from where, and why.
struct Change {
    std::string author;
    std::string from;  ///< "command line", or a client's address
    std::string comment;
    Seconds now{};
};

/// Safe to use from any thread when it is in the store. Calls block.
class Home {
public:
    /// In the store. When there is no revision yet, `first` becomes revision 1.
    static Result<Home> in_store(storage::Store& store, const config::Document& first,
                                 const Change& change);
    /// The same with a text, which is kept as it is written; `invalid`: it has faults.
    static Result<Home> in_store_from(storage::Store& store, std::string_view first,
                                      const Change& change);
    /// In a file. It is read anew by every current().
    static Result<Home> in_file(std::filesystem::path path);

    /// "the store in /var/lib/rhumb", or the file's path.
    std::string name() const;
    bool is_file() const { return store_ == nullptr; }
    /// Where relative paths of the configuration begin: the data directory, or the file's.
    std::filesystem::path directory() const;

    /// What is configured now. A file that is not good gives an error with every fault in it.
    Result<Configuration> current() const;

    /// True when what current() would give may be another than at the last current() of this
    /// object.
    bool has_changed() const;

    /// Text to document without any effect; the error names every fault with line and column.
    static Result<config::Document> check(std::string_view text, std::string file_name);

    /// Makes `text` the configuration, as a new revision that is returned. Checked as a whole
    /// before anything is written. A text equal to the current one makes no revision. conflict
    /// where the home is a file: that is where to change it.
    Result<storage::Id> apply(std::string_view text, const Change& change);
    /// What is changed in the store together with the configuration, in one transaction. It is
    /// given the number of the revision; its error takes everything back.
    using Along = std::function<Result<void>(storage::Transaction&, storage::Id)>;
    /// The same for a change to the document: `edit` is given the current one. Nothing comes
    /// between reading and writing.
    Result<storage::Id> edit(const std::function<Result<void>(config::Document&)>& edit,
                             const Change& change, const Along& along = {});
    /// Makes the text of an earlier revision the configuration again, as a new revision.
    Result<storage::Id> rollback(storage::Id number, const Change& change, const Along& along = {});

    /// Newest first, without their texts. Empty where the home is a file.
    Result<std::vector<storage::Revision>> history(std::size_t count_max = 100) const;
    Result<storage::Revision> revision(storage::Id number) const;

private:
    Home(storage::Store* store, std::filesystem::path path);

    struct Seen;
    storage::Store* store_;  // null: a file
    std::filesystem::path path_;
    std::shared_ptr<Seen> seen_;  // what the last current() saw; never null
};

}  // namespace rhumb::site
