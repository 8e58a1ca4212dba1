#pragma once
/// The trust stores of Java runtimes, and of applications that bring one of their own.

#include "trust/install.h"

namespace rhumb::trust {

/// Adds the store of each Java runtime to `found`, or why it cannot be used: one for each file,
/// though several runtimes may share it. With `places.java_keystores` those files alone: trust
/// stores of applications, JKS or PKCS#12; install() makes one that is missing, as PKCS#12.
///
/// A file that the system makes anew out of its own store (Debian, Fedora, Arch, SUSE) is looked
/// at as any other, but not written to: what is put there by hand is lost with the next update. Its
/// reports lead to the system's store instead.
void find_java_stores(const Places& places, Found& found);

}  // namespace rhumb::trust
