import type { ChannelOptions } from "@grpc/grpc-js";
import type { ConnectionOptions } from "../../model/connection-options.ts";

const MIB = 2 ** 20;
/** What may be under way before it is read: as much as a few pages. */
const WINDOW_BYTES = 16 * MIB;
const SMALLEST_WINDOW_BYTES = 64 * 1024;
/** Ceiling of one message; a page that is larger is asked for again with fewer rows. */
const MESSAGE_BYTES = 64 * MIB;
/** Milliseconds without a message after which a stream is given up, when the command timeout is shorter. */
export const STREAM_IDLE_MS = 30_000;

/** Settings of a connection, the same for every endpoint (grpc-js, channel-options.ts). */
export function channelOptions({ maxBytesPerSecond }: ConnectionOptions): ChannelOptions {
  const window = maxBytesPerSecond === null ? WINDOW_BYTES : Math.min(WINDOW_BYTES, maxBytesPerSecond / 4);
  return {
    // Passwords and keys must not pass through a proxy that happens to be set for the web.
    "grpc.enable_http_proxy": 0,
    "grpc.max_receive_message_length": MESSAGE_BYTES,
    // Node's default of 64 KiB makes every page wait for many round trips.
    "grpc-node.flow_control_window": Math.max(SMALLEST_WINDOW_BYTES, Math.floor(window)),
    "grpc.enable_retries": 0,
    // Else each name is also looked up for a TXT record.
    "grpc.service_config_disable_resolution": 1,
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 1_000,
    "grpc.use_local_subchannel_pool": 1,
    "grpc.primary_user_agent": "etcd-encryption-auditor",
  };
}
