#include "tls/client.h"

#include <gtest/gtest.h>
