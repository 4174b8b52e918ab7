#include "reporting/projection/assessment_rows.h"

#include <gtest/gtest.h>

#include "twinledger/risk/state/v1/rows.pb.h"

namespace twinledger::reporting {
namespace {

using risk::events::v1::AssessmentRecorded;
using risk::events::v1::Band;
using risk::state::v1::AssessmentRow;

AssessmentRecorded Receipt() {
  AssessmentRecorded receipt;
  receipt.set_council_id("dunedin");
  receipt.set_relationship_id("twin");
  receipt.add_positions()->set_sequence(7);
  receipt.set_as_of(-1);
  receipt.set_facts_sha256(std::string(64, 'a'));
  receipt.set_previous_band(risk::events::v1::BAND_HIGH);
  receipt.set_r(5'500'000);
  receipt.set_band(risk::events::v1::BAND_ELEVATED);
  receipt.add_top_lines();
  receipt.set_extraction_version(1);
  return receipt;
}

AssessmentRow RowOf(const AssessmentRecorded& receipt) {
  AssessmentRow row;
  *row.mutable_receipt() = receipt;
  row.set_event("risk/3/17.0");
  row.set_record_time_us(1'700'000'000'000'000);
  return row;
}

TEST(AssessmentRowsTest, TheBytesAreThoseOfTheMessage) {
  for (const AssessmentRecorded& receipt : {Receipt(), AssessmentRecorded()}) {
    EXPECT_EQ(AssessmentRowBytes(receipt, "risk/3/17.0", 1'700'000'000'000'000),
              RowOf(receipt).SerializeAsString());
  }
}

TEST(AssessmentRowsTest, TheBandIsThatOfTheReceipt) {
  for (int band = risk::events::v1::Band_MIN; band <= risk::events::v1::Band_MAX; ++band) {
    if (!risk::events::v1::Band_IsValid(band)) continue;
    AssessmentRecorded receipt = Receipt();
    receipt.set_band(static_cast<Band>(band));
    EXPECT_EQ(BandInAssessmentRow(RowOf(receipt).SerializeAsString()), static_cast<Band>(band));
  }
}

TEST(AssessmentRowsTest, ARowThatIsCutOffOrNoneHasNoBand) {
  const std::string row = RowOf(Receipt()).SerializeAsString();
  const std::string band = {static_cast<char>(AssessmentRecorded::kBandFieldNumber << 3),
                            static_cast<char>(risk::events::v1::BAND_ELEVATED)};
  const std::size_t band_at = row.find(band);
  ASSERT_NE(band_at, std::string::npos);
  for (std::size_t size = 0; size <= band_at + 1; ++size) {
    EXPECT_EQ(BandInAssessmentRow(row.substr(0, size)), std::nullopt) << size;
  }
  EXPECT_EQ(BandInAssessmentRow("no row"), std::nullopt);
}

TEST(AssessmentRowsTest, ABandThatNoProgramKnowsIsNone) {
  AssessmentRecorded receipt = Receipt();
  receipt.set_band(static_cast<Band>(99));
  EXPECT_EQ(BandInAssessmentRow(RowOf(receipt).SerializeAsString()), std::nullopt);
}

}  // namespace
}  // namespace twinledger::reporting
