#include "http/lent_buffer.h"

#include <utility>
#include <vector>

namespace rhumb::http {

namespace {

constexpr std::size_t stock_max =
    4;  // of a thread; more are in use at once only while clients are slow

std::vector<std::unique_ptr<char[]>>& stock() {
    thread_local std::vector<std::unique_ptr<char[]>> buffers;
    return buffers;
}

}  // namespace

LentBuffer::LentBuffer() {
    if (stock().empty()) {
        memory_ = std::make_unique_for_overwrite<char[]>(size);
    } else {
        memory_ = std::move(stock().back());
        stock().pop_back();
    }
}

LentBuffer::~LentBuffer() {
    if (stock().size() < stock_max) stock().push_back(std::move(memory_));
}

}  // namespace rhumb::http
