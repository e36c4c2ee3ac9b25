import { InterceptingCall, type Interceptor, type InterceptorOptions, type Metadata } from "@grpc/grpc-js";
import protobuf from "protobufjs/minimal.js";
import { EtcdClientError } from "./client-error.ts";

/** Everything that is ever called. None of it writes a key (etcd, api/etcdserverpb/rpc.proto). */
export const METHODS = {
  range: "/etcdserverpb.KV/Range",
  rangeStream: "/etcdserverpb.KV/RangeStream",
  watch: "/etcdserverpb.Watch/Watch",
  status: "/etcdserverpb.Maintenance/Status",
  hashKV: "/etcdserverpb.Maintenance/HashKV",
  alarm: "/etcdserverpb.Maintenance/Alarm",
  snapshot: "/etcdserverpb.Maintenance/Snapshot",
  memberList: "/etcdserverpb.Cluster/MemberList",
  authenticate: "/etcdserverpb.Auth/Authenticate",
} as const;
export type Method = (typeof METHODS)[keyof typeof METHODS];

const ALLOWED: ReadonlySet<string> = new Set(Object.values(METHODS));
/** AlarmRequest: 1 action; GET is 0, ACTIVATE 1, DEACTIVATE 2. */
const ALARM_ACTION_TAG = 1 << 3;
const ALARM_GET = 0;

/** Stops every call that is not on the list, and Alarm with any action but GET, before a byte is sent. */
export function methodAllowList(endpoint: string): Interceptor {
  return (options, nextCall) => {
    const method = options.method_definition.path;
    if (!ALLOWED.has(method)) throw new EtcdClientError("method-refused", endpoint, { detail: method });
    if (method !== METHODS.alarm) return new InterceptingCall(nextCall(options));
    return onlyAlarmGet(options, nextCall(options), endpoint);
  };
}

/** The action is known with the message only, so the call starts no earlier. */
function onlyAlarmGet(
  options: InterceptorOptions,
  call: ConstructorParameters<typeof InterceptingCall>[0],
  endpoint: string,
) {
  let begin = (): void => undefined;
  return new InterceptingCall(call, {
    start(metadata: Metadata, listener, next) {
      begin = () => next(metadata, listener);
    },
    sendMessage(message, next) {
      const action = alarmAction(options.method_definition.requestSerialize(message));
      if (action !== ALARM_GET) {
        throw new EtcdClientError("method-refused", endpoint, { detail: `${METHODS.alarm}, action ${action}` });
      }
      begin();
      next(message);
    },
  });
}

function alarmAction(request: Uint8Array): number {
  const reader = protobuf.Reader.create(request);
  let action = ALARM_GET;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === ALARM_ACTION_TAG) action = reader.int32();
    else reader.skipType(tag & 7);
  }
  return action;
}
