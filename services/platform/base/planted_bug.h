// Faults of the program that its own tests plant, to show that they would be found. A product build
// has none: Planted is false at compile time there. A test build defines TWINLEDGER_PLANTED_BUGS
// and sets `planted_bug`.
#pragma once

namespace twinledger {

enum class PlantedBug {
  kNone,
  kNoHashComparison,       // Accept looks at the sequence alone.
  kTailIsFinal,            // An ambiguous append that the tail does not show is said not to be.
  kReplyBeforeAcceptance,  // "Done" is answered as soon as the record is appended.
  kRefusalFromVoid,        // So is a refusal, decided on a state that may turn void.
  kSignatureNotChecked,    // Accept believes the key id.
  kRedoInAnotherOrder,     // After a void the queue is decided from its end.
  kRandomRequestId,        // A process asks under another id each time.
  kAgendaForgotten,        // A process that starts waits for what is touched.
  kSettledAtSubmit,        // A process takes its command for recorded.
  kLastDayTaken,           // A process that starts takes the day of the last receipt for settled.
  kTouchedToday,           // A process that reads a commit late takes it for one of today.
  kReceiptBeforeIgnored,   // A receipt is recorded whichever one it was made after.
  kFrameSizeBelieved,      // A frame may say any size.
  kOpenRowForgotten,       // A row of a spreadsheet that goes on in the next piece loses its begin.
  kPointsUnbounded,        // A rule set may give any number of points.
  kFactsAsTheyStand,       // Equal contributions rank in the order in which they stand.
  kSlashAtEndTaken,        // A SPIFFE id has two spellings.
  kTokenSpelledTwice,      // So has a consistency token.
  kBackslashAtEnd,         // A filter is read behind its end.
  kContextRunsTogether,    // Parts of a sealed field's place are not told apart.
  kHalfAppliedCommit,      // What an event wrote before its entity was parked stays.
};

#ifdef TWINLEDGER_PLANTED_BUGS
inline PlantedBug planted_bug = PlantedBug::kNone;
inline bool Planted(PlantedBug bug) { return planted_bug == bug; }
#else
constexpr bool Planted(PlantedBug) { return false; }
#endif

}  // namespace twinledger
