#include "risk/domain/shape_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "risk/domain/allowed_inputs.h"
#include "risk/domain/bounds.h"

namespace twinledger::risk {
namespace {

using Conditions = google::protobuf::RepeatedPtrField<v1::FieldCondition>;

std::string_view NameOf(InputKind kind) {
  switch (kind) {
    case InputKind::kChoice:
      return "a choice";
    case InputKind::kNumber:
      return "a number";
    case InputKind::kDay:
      return "a day";
    case InputKind::kGroup:
      return "a group";
  }
  return "";
}

class ShapeCheck {
 public:
  ShapeCheck(const v1::Indicator& indicator, const std::string& at, Findings& findings)
      : indicator_(indicator), at_(at), findings_(findings) {}

  void Run() {
    Otherwise("otherwise", indicator_.otherwise());
    Otherwise("when_unknown", indicator_.when_unknown());
    switch (indicator_.shape_case()) {
      case v1::Indicator::kFieldCases:
        Check(indicator_.field_cases(), at_ + "field_cases.");
        break;
      case v1::Indicator::kThreshold:
        Check(indicator_.threshold(), at_ + "threshold.");
        break;
      case v1::Indicator::kWindowedCount:
        Check(indicator_.windowed_count(), at_ + "windowed_count.");
        break;
      case v1::Indicator::kDistanceJoin:
        Check(indicator_.distance_join(), at_ + "distance_join.");
        break;
      case v1::Indicator::kOverdue:
        Check(indicator_.overdue(), at_ + "overdue.");
        break;
      case v1::Indicator::kValueCurve:
        Check(indicator_.value_curve(), at_ + "value_curve.");
        break;
      case v1::Indicator::SHAPE_NOT_SET:
        findings_.Add(at_ + "shape",
                      "is missing: give field_cases, threshold, windowed_count, distance_join, "
                      "overdue or value_curve");
        return;
    }
    for (const v1::Case& one : indicator_.cases()) {
      if (reached_.contains(one.code())) continue;
      findings_.Add(at_ + "cases", fmt::format("'{}' is never reached: name it in the shape, or "
                                               "leave it out",
                                               Shown(one.code())));
    }
  }

 private:
  void Otherwise(const std::string& field, v1::Outcome outcome) {
    if (outcome == v1::OUTCOME_NO_HIT || outcome == v1::OUTCOME_UNKNOWN) return;
    findings_.Add(at_ + field, "is missing: give NO_HIT or UNKNOWN");
  }

  void Between(const std::string& field, std::int64_t value, std::int64_t least,
               std::int64_t most) {
    if (value >= least && value <= most) return;
    findings_.Add(field, fmt::format("{} is out of range: give {} to {}", value, least, most));
  }

  void Reach(const std::string& field, const std::string& code) {
    reached_.insert(code);
    for (const v1::Case& one : indicator_.cases()) {
      if (one.code() == code) return;
    }
    findings_.Add(
        field, fmt::format("'{}' is no case of the indicator: give one of its cases", Shown(code)));
  }

  // Nothing where it is not as it must be; that is said then.
  const AllowedInput* Input(const std::string& field, const std::string& path, InputKind kind) {
    const AllowedInput* input = FindInput(path);
    if (input == nullptr) {
      findings_.Add(field, fmt::format("'{}' is not on the allow-list: rules look at conduct and "
                                       "exposure alone",
                                       Shown(path)));
      return nullptr;
    }
    if (input->kind == kind) return input;
    findings_.Add(field,
                  fmt::format("'{}' is {}: give {}", path, NameOf(input->kind), NameOf(kind)));
    return nullptr;
  }

  void Check(const std::string& at, const Conditions& conditions) {
    std::set<std::string_view> inputs;
    for (int i = 0; i < conditions.size(); ++i) {
      const v1::FieldCondition& condition = conditions[i];
      const std::string in = fmt::format("{}[{}].", at, i);
      if (!inputs.insert(condition.input()).second) {
        findings_.Add(in + "input", fmt::format("'{}' is there twice: put its values together",
                                                Shown(condition.input())));
      }
      const AllowedInput* input = Input(in + "input", condition.input(), InputKind::kChoice);
      if (condition.values().empty()) findings_.Add(in + "values", "is empty: give one at least");
      if (input == nullptr) continue;
      for (const std::string& value : condition.values()) {
        if (std::ranges::find(input->values, value) != input->values.end()) continue;
        findings_.Add(in + "values",
                      fmt::format("'{}' is no value of {}: give some of {}", Shown(value),
                                  condition.input(), fmt::join(input->values, " ")));
      }
    }
  }

  void Check(const v1::FieldCases& shape, const std::string& at) {
    if (shape.rows().empty()) findings_.Add(at + "rows", "is empty: give one at least");
    for (int i = 0; i < shape.rows_size(); ++i) {
      const std::string in = fmt::format("{}rows[{}].", at, i);
      Reach(in + "case", shape.rows(i).case_());
      Check(in + "all_of", shape.rows(i).all_of());
      if (shape.rows(i).all_of().empty()) {
        findings_.Add(in + "all_of", "is empty: give one condition at least");
      }
      for (int k = 0; k < i; ++k) {
        if (AreDisjoint(shape.rows(i).all_of(), shape.rows(k).all_of())) continue;
        findings_.Add(
            in + "all_of",
            fmt::format("can hold together with rows[{}]: let one input tell them apart", k));
      }
    }
  }

  // Two rows exclude each other if some input must have a value of two sets without a common one.
  static bool AreDisjoint(const Conditions& a, const Conditions& b) {
    return std::ranges::any_of(a, [&](const v1::FieldCondition& one) {
      return std::ranges::any_of(b, [&](const v1::FieldCondition& other) {
        return one.input() == other.input() &&
               std::ranges::none_of(one.values(), [&](const std::string& value) {
                 return std::ranges::find(other.values(), value) != other.values().end();
               });
      });
    });
  }

  void Check(const std::string& at, const google::protobuf::RepeatedPtrField<v1::Step>& steps,
             std::int64_t most) {
    if (steps.empty()) findings_.Add(at, "is empty: give one at least");
    for (int i = 0; i < steps.size(); ++i) {
      const std::string in = fmt::format("{}[{}].", at, i);
      Reach(in + "case", steps[i].case_());
      Between(in + "bound", steps[i].bound(), i == 0 ? 0 : Above(steps[i - 1].bound(), most), most);
    }
  }

  void Check(const v1::Threshold& shape, const std::string& at) {
    Input(at + "input", shape.input(), InputKind::kNumber);
    if (!shape.share_of().empty()) Input(at + "share_of", shape.share_of(), InputKind::kNumber);
    Check(at + "steps", shape.steps(), shape.share_of().empty() ? kCountMax : kOnePermille);
  }

  void Check(const v1::WindowedCount& shape, const std::string& at) {
    Reach(at + "case", shape.case_());
    Input(at + "input", shape.input(), InputKind::kDay);
    Input(at + "group_by", shape.group_by(), InputKind::kGroup);
    Check(at + "all_of", shape.all_of());
    Check(at + "one_with", shape.one_with());
    Between(at + "at_least", shape.at_least(), 1, kCountMax);
    Between(at + "window_days", shape.window_days(), 1, kDaysMax);
  }

  void Check(const v1::DistanceJoin& shape, const std::string& at) {
    Reach(at + "case", shape.case_());
    Input(at + "input", shape.input(), InputKind::kDay);
    Check(at + "all_of", shape.all_of());
    Input(at + "other", shape.other(), InputKind::kDay);
    Between(at + "days_before", shape.days_before(), 0, kDaysMax);
    Between(at + "days_after", shape.days_after(), 0, kDaysMax);
  }

  void Check(const v1::Overdue& shape, const std::string& at) {
    Input(at + "input", shape.input(), InputKind::kDay);
    Input(at + "until", shape.until(), InputKind::kDay);
    Between(at + "working_days", shape.working_days(), 0, kWorkingDaysMax);
    Check(at + "steps", shape.steps(), kDaysMax);
  }

  void Check(const v1::ValueCurve& shape, const std::string& at) {
    Reach(at + "case", shape.case_());
    Input(at + "input", shape.input(), InputKind::kNumber);
    Input(at + "group_by", shape.group_by(), InputKind::kGroup);
    Check(at + "all_of", shape.all_of());
    if (shape.points_size() < 2) findings_.Add(at + "points", "has too few: give two at least");
    for (int i = 0; i < shape.points_size(); ++i) {
      const std::string in = fmt::format("{}points[{}].", at, i);
      const std::int64_t cents = i == 0 ? 0 : Above(shape.points(i - 1).cents(), kCurveCentsMax);
      Between(in + "cents", shape.points(i).cents(), cents, i == 0 ? 0 : kCurveCentsMax);
      const std::int64_t points = i == 0 ? 0 : shape.points(i - 1).points();
      Between(in + "points", shape.points(i).points(), points, i == 0 ? 0 : kPointsMax);
    }
  }

  const v1::Indicator& indicator_;
  const std::string& at_;
  Findings& findings_;
  std::set<std::string_view> reached_;
};

}  // namespace

void CheckShape(const v1::Indicator& indicator, const std::string& at, Findings& findings) {
  ShapeCheck(indicator, at, findings).Run();
}

}  // namespace twinledger::risk
