#pragma once
/// What somebody may do to an installation.

namespace rhumb {

/// Each may what those before it may: look at it, publish services, administer.
enum class Privilege { view, publish, administer };

}  // namespace rhumb
