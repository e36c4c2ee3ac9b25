import protobuf from "protobufjs/minimal.js";
import { readSafeInt64 } from "../../bytes/int64.ts";
import { decoded } from "./decoded.ts";
import type { Member } from "./member.ts";
import { readHeader, readHex } from "./messages.ts";
import { METHODS } from "./method-allow-list.ts";

/** Field tags of etcdserverpb.StatusResponse (etcd api/etcdserverpb/rpc.proto): field number << 3 | wire type. */
const HEADER_TAG = (1 << 3) | 2;
const VERSION_TAG = (2 << 3) | 2;
const DB_SIZE_TAG = (3 << 3) | 0;
const LEADER_TAG = (4 << 3) | 0;
const RAFT_INDEX_TAG = (5 << 3) | 0;
const RAFT_TERM_TAG = (6 << 3) | 0;
const RAFT_APPLIED_INDEX_TAG = (7 << 3) | 0;
const ERRORS_TAG = (8 << 3) | 2;
const DB_SIZE_IN_USE_TAG = (9 << 3) | 0;
const IS_LEARNER_TAG = (10 << 3) | 0;

/** What one member says of itself. Sizes are bytes, IDs lower-case hex. */
export interface MemberStatus {
  readonly clusterId: string;
  readonly memberId: string;
  readonly version: string;
  /** Newest revision that this member has applied; it may lag behind the cluster's. */
  readonly revision: number;
  readonly dbSize: number;
  readonly dbSizeInUse: number;
  /** Null while there is none. */
  readonly leaderId: string | null;
  readonly raftTerm: number;
  readonly raftIndex: number;
  readonly raftAppliedIndex: number;
  readonly isLearner: boolean;
  readonly errors: readonly string[];
}

/** Asks one member for its state. */
export async function memberStatus(member: Member): Promise<MemberStatus> {
  const bytes = await member.unary(METHODS.status, new Uint8Array(0));
  return decoded(member.endpoint.text, () => decodeStatus(bytes));
}

/**
 * Reads a StatusResponse.
 * @throws RangeError when the bytes are no such message
 */
export function decodeStatus(bytes: Uint8Array): MemberStatus {
  const reader = protobuf.Reader.create(bytes);
  const errors: string[] = [];
  const found = {
    ...{ clusterId: "0", memberId: "0", version: "", revision: 0, dbSize: 0, dbSizeInUse: 0 },
    ...{ leaderId: null as string | null, raftTerm: 0, raftIndex: 0, raftAppliedIndex: 0, isLearner: false },
    errors,
  };
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    switch (tag) {
      case HEADER_TAG: {
        const { clusterId, memberId, revision } = readHeader(reader, reader.uint32());
        Object.assign(found, { clusterId, memberId, revision });
        break;
      }
      case VERSION_TAG:
        found.version = reader.string();
        break;
      case DB_SIZE_TAG:
        found.dbSize = readSafeInt64(reader);
        break;
      case LEADER_TAG:
        found.leaderId = leaderOf(readHex(reader));
        break;
      case RAFT_INDEX_TAG:
        found.raftIndex = readSafeInt64(reader);
        break;
      case RAFT_TERM_TAG:
        found.raftTerm = readSafeInt64(reader);
        break;
      case RAFT_APPLIED_INDEX_TAG:
        found.raftAppliedIndex = readSafeInt64(reader);
        break;
      case ERRORS_TAG:
        errors.push(reader.string());
        break;
      case DB_SIZE_IN_USE_TAG:
        found.dbSizeInUse = readSafeInt64(reader);
        break;
      case IS_LEARNER_TAG:
        found.isLearner = reader.bool();
        break;
      default:
        reader.skipType(tag & 7);
    }
  }
  return found;
}

function leaderOf(id: string): string | null {
  return id === "0" ? null : id;
}
