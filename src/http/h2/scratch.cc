#include "http/h2/scratch.h"

namespace rhumb::http::h2 {

Scratch& scratch() {
    // Allocated with the first connection of a thread, so that threads without connections do not
    // pay for it.
    thread_local const auto mine = std::make_unique<Scratch>();
    return *mine;
}

}  // namespace rhumb::http::h2
