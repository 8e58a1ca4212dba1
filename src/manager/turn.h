#pragma once
/// Turn: what runs once at a time, and refuses the next one instead of making it wait. Inside this
/// module only.

#include <atomic>

namespace rhumb::manager {

class Turn {
public:
    /// `is_busy` outlives it.
    explicit Turn(std::atomic_flag& is_busy)
        : is_busy_{is_busy}, is_ours_{!is_busy.test_and_set()} {}
    ~Turn() {
        if (is_ours_) is_busy_.clear();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    bool is_ours() const { return is_ours_; }

private:
    std::atomic_flag& is_busy_;
    bool is_ours_;
};

}  // namespace rhumb::manager
