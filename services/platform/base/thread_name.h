// What a thread is called where an operator looks: `top -H`, `perf`, a debugger.
#pragma once

#include <pthread.h>

#include <string>
#include <string_view>

namespace twinledger {

// Of the calling thread; Linux keeps the first 15 bytes.
inline void NameThread(std::string_view name) {
  pthread_setname_np(pthread_self(), std::string(name.substr(0, 15)).c_str());
}

}  // namespace twinledger
