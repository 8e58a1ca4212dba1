#pragma once
/// Handle<T, free>: a C object that is owned from the line it is born.

#include <memory>

namespace rhumb {

template <auto free_function>
struct Freed {
    template <class T>
    void operator()(T* object) const noexcept {
        free_function(object);
    }
};

template <class T, auto free_function>
using Handle = std::unique_ptr<T, Freed<free_function>>;

}  // namespace rhumb
