// TL_CHECK: an invariant that only a bug can break. Prints file, line and condition, then aborts.
// Never on input or on the state of the world: those are an Error (result.h).
#pragma once

#include <cstdio>
#include <cstdlib>

#define TL_CHECK(condition)                                                                  \
  do {                                                                                       \
    if (!(condition)) {                                                                      \
      std::fprintf(stderr, "%s:%d: invariant broken: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                          \
    }                                                                                        \
  } while (false)
