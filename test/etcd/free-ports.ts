import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";

/** Below what systems give to outgoing connections: one of those could take a port before the server is up, or back again. */
const [LOWEST, HIGHEST] = [10_000, 32_000] as const;
const MOST_TRIES = 100;

/** Loopback ports that nothing listens on now. All are held until the last is found, so that no two are equal. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listenSomewhere));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("a TCP server without a port");
    return address.port;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function listenSomewhere(): Promise<Server> {
  for (let tries = 1; ; tries++) {
    try {
      return await listen(randomInt(LOWEST, HIGHEST));
    } catch (error) {
      if (tries === MOST_TRIES) throw error;
    }
  }
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
