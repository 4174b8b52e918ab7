// Between what clients send and see and what the log and the rows keep. Fields of the same name
// mean the same on both sides and are copied by name (translation_test.cc proves that all are);
// texts are sealed and opened (texts.h), and names of resources become ids.
#pragma once

#include <google/protobuf/field_mask.pb.h>

#include <optional>
#include <string>
#include <vector>

#include "engagement/projection/engagement_view.h"
#include "engagement/rpc/texts.h"
#include "platform/base/result.h"
#include "platform/rpc/caller.h"
#include "twinledger/engagement/v1/records.pb.h"
#include "twinledger/registry/v1/history.pb.h"

namespace twinledger::engagement {

// All but the texts. REQUIRES, here and below: checked by CheckWhole or CheckAmended.
RecordFields FieldsOf(const v1::Record& record);

// What a submission leaves out: source, reporter, marking, release class.
void SetDefaults(const rpc::CallerIdentity& by, RecordFields::ContentCase content,
                 RecordFields& fields);

// Ours, of the mask's.
std::vector<std::string> PathsOf(const google::protobuf::FieldMask& mask);

// Seals the texts of `record` under `paths` into `fields`. A text that is as `current` has it keeps
// its sealed form, so that what is said again changes nothing; `current_texts` are those of the
// same record, opened.
Result<void> SealTexts(const v1::Record& record, const std::vector<std::string>& paths,
                       const Record* current, const v1::Record& current_texts, const SealText& seal,
                       RecordFields& fields);

// Likewise of documents.
Result<std::vector<events::v1::Evidence>> SealEvidence(
    const google::protobuf::RepeatedPtrField<v1::Evidence>& evidence, const SealText& seal);

// All but the texts.
v1::Record ResourceOf(const Versioned<Record>& record);

// With its texts, as far as they open; without `texts` none does. The paths of those that do not
// are named.
Result<v1::Record> OpenedResourceOf(const Versioned<Record>& record, const Texts* texts);

// A version, with what it changed against the one before; that of a first version is empty.
registry::v1::Version VersionOf(const RecordVersion& version, const v1::Record& opened,
                                const v1::Record& before);

}  // namespace twinledger::engagement
