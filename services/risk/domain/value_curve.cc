#include "risk/domain/value_curve.h"

#include <algorithm>

#include "risk/domain/decay.h"

namespace twinledger::risk {
namespace {

constexpr std::int64_t kFractionMask = kNoDecay - 1;

}  // namespace

void DecayedSum::Add(std::int64_t value_cents, std::int64_t weight) {
  const std::int64_t product = value_cents * weight;
  cents_ += product >> kDecayBits;
  fraction_ += product & kFractionMask;
}

void DecayedSum::Remove(std::int64_t value_cents, std::int64_t weight) {
  const std::int64_t product = value_cents * weight;
  cents_ -= product >> kDecayBits;
  fraction_ -= product & kFractionMask;
}

std::int64_t DecayedSum::Cents(const v1::ValueCurve& curve) const {
  return std::min(cents_ + (fraction_ >> kDecayBits),
                  curve.points(curve.points_size() - 1).cents());
}

std::int64_t PointsOn(const v1::ValueCurve& curve, std::int64_t cents) {
  for (int i = 1; i < curve.points_size(); ++i) {
    const v1::CurvePoint& to = curve.points(i);
    if (cents >= to.cents()) continue;
    const v1::CurvePoint& from = curve.points(i - 1);
    return from.points() +
           (to.points() - from.points()) * (cents - from.cents()) / (to.cents() - from.cents());
  }
  return curve.points(curve.points_size() - 1).points();
}

}  // namespace twinledger::risk
