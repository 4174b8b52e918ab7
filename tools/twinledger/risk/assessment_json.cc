#include "twinledger/risk/assessment_json.h"

namespace twinledger::client {
namespace {

Json ListOf(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back(text);
  return list;
}

Json FloorsJson(const risk::v1::Assessment& assessment) {
  Json floors = Json::array();
  for (const risk::v1::FloorInForce& floor : assessment.floors()) {
    floors.push_back({{"floor", floor.floor()}, {"cause", floor.cause()}, {"fact", floor.fact()}});
  }
  return floors;
}

}  // namespace

std::string WordOf(risk::v1::Band band) {
  return risk::v1::Band_Name(band).substr(std::string_view("BAND_").size());
}

Json LineJson(const risk::v1::Line& line) {
  Json json = {{"indicator", line.indicator()}, {"facts", ListOf(line.facts())}};
  if (line.has_cents()) json["cents"] = line.cents();
  json["points"] = line.points();
  json["exposure"] = line.exposure_permille();
  json["mitigation"] = line.mitigation_permille();
  json["age"] = line.age_days();
  json["decay"] = line.decay();
  json["value"] = line.value();
  json["rank"] = line.rank();
  json["net"] = line.net();
  return json;
}

Json AssessmentJson(const risk::v1::Assessment& assessment) {
  Json lines = Json::array();
  for (const risk::v1::Line& line : assessment.lines()) lines.push_back(LineJson(line));
  Json categories = Json::object();
  for (const risk::v1::CategorySum& sum : assessment.categories()) {
    categories[sum.category()] = {{"sum", sum.sum()}, {"capped", sum.capped()}};
  }
  return {{"lines", lines},
          {"suppressed", ListOf(assessment.suppressed())},
          {"categories", categories},
          {"floors", FloorsJson(assessment)},
          {"r", assessment.r()},
          {"uncapped", assessment.uncapped()},
          {"h_for_a", assessment.assurance().transparency()},
          {"unverified", assessment.assurance().unverified()},
          {"a", assessment.assurance().a()},
          {"band", WordOf(assessment.band())},
          {"records",
           assessment.records() == risk::v1::RECORDS_INSUFFICIENT ? "INSUFFICIENT" : "SUFFICIENT"}};
}

}  // namespace twinledger::client
