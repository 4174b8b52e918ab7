// By what a request is routed: the partition of the log that the server will write or read for it,
// so that a partition has mostly one writer, and a council's reads come from where its writes went.
//
// A request says what it is about by a resource name or id, as all of ours do:
//
//   name, parent          councils/C, councils/C/relationships/R, partners/P
//   council_id, council   of a council that is made or amended; likewise partner, relationship
//
// All that is a council's stands in the council's partition. The number of partitions is that of a
// log that was founded on Kafka without another wish; on another, one that was moved there from a
// folder above all, the keys of one partition may go to several replicas, which costs time and is
// never wrong.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

namespace twinledger::client {

// "partition 3"; empty for what is about no council or partner, or about all of them.
std::string RoutingKeyOf(const google::protobuf::Message& request);

// Likewise of a resource name.
std::string RoutingKeyOfName(std::string_view name);

}  // namespace twinledger::client
