#pragma once
/// Open files of GDAL, lent to one thread at a time. Private to gis/feature.

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"

class GDALDataset;

namespace rhumb::gis {

/// The datasets of one file. Thread-safe; a lent dataset is its borrower's alone until it is given
/// back.
class DatasetPool {
public:
    /// A dataset for as long as this lives.
    class Loan {
    public:
        Loan(const DatasetPool& pool, GDALDataset* dataset) : pool_{&pool}, dataset_{dataset} {}
        Loan(Loan&& other) noexcept
            : pool_{other.pool_}, dataset_{std::exchange(other.dataset_, nullptr)} {}
        Loan& operator=(Loan&&) = delete;
        ~Loan() {
            if (dataset_ != nullptr) pool_->take_back(dataset_);
        }
        GDALDataset& operator*() const { return *dataset_; }
        GDALDataset* operator->() const { return dataset_; }

    private:
        const DatasetPool* pool_;
        GDALDataset* dataset_;
    };

    /// Nothing is opened yet. `path` as readable_path() gave it.
    explicit DatasetPool(std::string path);
    ~DatasetPool();
    DatasetPool(const DatasetPool&) = delete;
    DatasetPool& operator=(const DatasetPool&) = delete;

    /// An idle dataset, or one that is opened now.
    Result<Loan> borrow() const;
    const std::string& path() const { return path_; }

private:
    static constexpr std::size_t idle_max = 8;
    void take_back(GDALDataset* dataset) const;

    std::string path_;
    mutable std::mutex mutex_;
    mutable std::vector<GDALDataset*> idle_;
};

/// The absolute path of a file that may be opened: refuses what GDAL would take for something else
/// than a plain file
/// (/vsi…, http…, a colon, XML), and what is not there or no regular file.
Result<std::string> readable_path(const std::filesystem::path& path);

}  // namespace rhumb::gis
