#pragma once
/// Bytes that nobody may see: wiped when they are let go of, never copied by accident, never
/// printed.

#include <cstddef>
#include <memory>
#include <string_view>

namespace rhumb::crypto {

/// Owns its bytes alone; may be moved, and then the old one is empty. The size never changes, so
/// that no forgotten copy is left behind by a growing buffer.
class Secret {
public:
    Secret() = default;
    /// `size` zero bytes, to be filled through data().
    explicit Secret(std::size_t size);
    /// A copy of `bytes`; wiping the original is the caller's matter.
    static Secret copy_of(std::string_view bytes);

    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    std::size_t size() const { return size_; }
    bool is_empty() const { return size_ == 0; }
    char* data() { return bytes_.get(); }
    /// What is inside, for as long as this lives. Whoever copies it must wipe the copy.
    std::string_view view() const { return {bytes_.get(), size_}; }

private:
    void wipe() noexcept;

    std::unique_ptr<char[]> bytes_;  // null when empty
    std::size_t size_ = 0;
};

/// Equal, in a time that depends on the sizes alone.
bool equal_in_constant_time(std::string_view a, std::string_view b);

/// Overwrites `size` bytes so that no compiler leaves it out.
void wipe(void* bytes, std::size_t size) noexcept;

}  // namespace rhumb::crypto
