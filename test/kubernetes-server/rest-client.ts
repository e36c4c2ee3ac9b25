import { Agent, request } from "node:https";

/** A Kubernetes object, as far as the tests look into one. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: unknown;
  };
}

/** What the API server answered. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Requests to one API server over its REST API. */
export class RestClient {
  readonly url: string;
  private readonly token: string;
  private readonly agent: Agent;

  /** @param authority the certificate that signed the server's, PEM */
  constructor(url: string, authority: string, token: string) {
    this.url = url;
    this.token = token;
    this.agent = new Agent({ ca: authority, keepAlive: true, maxSockets: 8 });
  }

  /** @throws Error only when there is no answer */
  ask(method: string, path: string, body?: object): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${this.token}`, "content-type": "application/json" };
      const sent = request(new URL(path, this.url), { method, headers, agent: this.agent }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(parts).toString();
          const isJson = response.headers["content-type"]?.startsWith("application/json") ?? false;
          resolve({ status: response.statusCode ?? 0, body: isJson ? JSON.parse(text) : text });
        });
      });
      sent.on("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** @throws Error when the answer is no success */
  async must(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await this.ask(method, path, body);
    if (answer.status < 200 || answer.status > 299) {
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`);
    }
    return answer.body;
  }

  /** The objects of a list, as the API server gives them. */
  async list(path: string): Promise<readonly KubernetesObject[]> {
    const { items } = (await this.must("GET", path)) as { items: readonly KubernetesObject[] };
    return items;
  }

  close(): void {
    this.agent.destroy();
  }
}
