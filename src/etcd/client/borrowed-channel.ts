import type { ChannelInterface } from "@grpc/grpc-js";

/**
 * A channel that several clients use and none may close: etcd3 closes its channel after some errors, and would take the
 * others' calls down with it.
 */
export function borrowedChannel(channel: ChannelInterface): ChannelInterface {
  return {
    close: () => undefined,
    getTarget: () => channel.getTarget(),
    getConnectivityState: (...args) => channel.getConnectivityState(...args),
    watchConnectivityState: (...args) => channel.watchConnectivityState(...args),
    getChannelzRef: () => channel.getChannelzRef(),
    createCall: (...args) => channel.createCall(...args),
  };
}
