import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it came over the socket. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  // biome-ignore lint/suspicious/noExplicitAny: whatever was sent
  readonly body: any;
}

/** Answers one request; `at` counts requests of completions from 0, the probing one included. */
export type Behaviour = (response: ServerResponse, received: Received, at: number) => void | Promise<void>;

export interface ModelServer {
  readonly url: string;
  /** Requests of completions, in order. */
  readonly received: readonly Received[];
  /** Paths of all requests. */
  readonly paths: readonly string[];
  close(): Promise<void>;
}

/** A server on loopback that has one model, and answers as `behave` says. */
export async function modelServer(behave: Behaviour, models: readonly string[] = ["test-model"]): Promise<ModelServer> {
  const received: Received[] = [];
  const paths: string[] = [];
  const http: HttpServer = createServer((request, response) => {
    const path = request.url!;
    paths.push(path);
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (piece: string) => {
      text += piece;
    });
    request.on("end", () => {
      if (path === "/version") response.end('{"version":"0.19.0"}');
      else if (path === "/v1/models") response.end(JSON.stringify({ data: models.map((id) => ({ id })) }));
      else {
        const one = { path, headers: request.headers, body: JSON.parse(text) };
        received.push(one);
        void behave(response, one, received.length - 1);
      }
    });
  });
  await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    paths,
    close: () =>
      new Promise((done) => {
        http.close(() => done());
        http.closeAllConnections();
      }),
  };
}

export const event = (tree: unknown) => `data: ${typeof tree === "string" ? tree : JSON.stringify(tree)}\n\n`;

export function tokensIn(prompt: unknown): number {
  return Array.isArray(prompt) ? prompt.length : String(prompt).split(" ").length;
}

/** Opens a stream. */
export function streaming(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
}

/** A whole answer of vLLM: a chunk a token, counts in each, and the usage last. */
export const wellBehaved: Behaviour = async (response, { body, path }) => {
  streaming(response);
  const isChat = path.endsWith("/chat/completions");
  const prompt = isChat ? tokensIn(body.messages.map(({ content }: { content: string }) => content).join(" ")) : tokensIn(body.prompt);
  const n: number = body.max_tokens;
  const usage = (tokens: number) => ({ prompt_tokens: prompt, completion_tokens: tokens });
  for (let i = 1; i <= n; i++) {
    const finish = i === n ? "length" : null;
    const choice = isChat
      ? { delta: { content: ` w${i}` }, finish_reason: finish }
      : { text: ` w${i}`, finish_reason: finish, ...(body.return_token_ids ? { token_ids: [40_000 + i] } : {}) };
    const counts = body.stream_options?.continuous_usage_stats ? { usage: usage(i) } : {};
    response.write(event({ choices: [choice], ...counts }));
  }
  response.write(event({ choices: [], usage: usage(n) }));
  response.end(event("[DONE]"));
};
