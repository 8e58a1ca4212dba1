#pragma once
/// LentBuffer: a large piece of memory for as long as somebody needs it, from a small stock that
/// each thread keeps. Large blocks go back to the system when they are freed, and come again page
/// by page: dear for every file that is sent.

#include <memory>

namespace rhumb::http {

/// To be given back on the thread that took it.
class LentBuffer {
public:
    static constexpr std::size_t size = 128 * 1024;

    LentBuffer();
    ~LentBuffer();
    LentBuffer(const LentBuffer&) = delete;
    LentBuffer& operator=(const LentBuffer&) = delete;

    char* data() { return memory_.get(); }

private:
    std::unique_ptr<char[]> memory_;
};

}  // namespace rhumb::http
