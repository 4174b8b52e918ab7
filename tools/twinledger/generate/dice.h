// All chance of what is generated comes from one seed.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string_view>
#include <utility>

namespace twinledger::client {

// Threads: confined to one.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  std::size_t Below(std::size_t bound) { return static_cast<std::size_t>(engine_() % bound); }
  bool OneIn(std::size_t n) { return Below(n) == 0; }

  // From 0 to below 1.
  double Unit() { return static_cast<double>(engine_() >> 11U) * 0x1.0p-53; }

  // A positive number, half of the time below `median`; `spread` is the standard deviation of its
  // logarithm. The standard library's distributions are not the same everywhere.
  double LogNormal(double median, double spread) {
    constexpr int kDraws = 12;  // Their sum is near enough to normal, with variance 1.
    double sum = -kDraws / 2.0;
    for (int i = 0; i < kDraws; ++i) sum += Unit();
    return median * std::exp(spread * sum);
  }

  std::string_view OneOf(std::span<const std::string_view> choices) {
    return choices[Below(choices.size())];
  }

 private:
  std::mt19937_64 engine_;
};

// Marks so many of each hundred, at places that chance chooses: the share is exact over hundreds.
// Threads: confined to one.
class Share {
 public:
  // REQUIRES: the dice outlive it; from 0 to 100 of a hundred.
  Share(Dice& dice, std::size_t of_hundred) : dice_(dice), of_hundred_(of_hundred) {}

  bool Next() {
    if (at_ == marks_.size()) Shuffle();
    return marks_.at(at_++);
  }

 private:
  void Shuffle() {
    for (std::size_t i = 0; i < marks_.size(); ++i) marks_.at(i) = i < of_hundred_;
    for (std::size_t i = marks_.size() - 1; i > 0; --i) {
      std::swap(marks_.at(i), marks_.at(dice_.Below(i + 1)));
    }
    at_ = 0;
  }

  Dice& dice_;
  const std::size_t of_hundred_;
  std::array<bool, 100> marks_{};
  std::size_t at_ = 100;
};

}  // namespace twinledger::client
