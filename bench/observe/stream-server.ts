// A server of streams in a process of its own, which reports its port: a token each GAP_MS, for as many as were asked for.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const GAP_MS = 80;

const event = (tree: unknown) => `data: ${typeof tree === "string" ? tree : JSON.stringify(tree)}\n\n`;

const server = createServer((request, response) => {
  if (request.url === "/v1/models") {
    response.end('{"data":[{"id":"streams"}]}');
    return;
  }
  let text = "";
  request.on("data", (bytes) => {
    text += bytes;
  });
  request.on("end", () => {
    if (text === "") {
      response.statusCode = 404;
      response.end();
      return;
    }
    const { max_tokens: most, prompt } = JSON.parse(text) as { max_tokens: number; prompt: readonly number[] };
    response.writeHead(200, { "content-type": "text/event-stream" });
    let tokens = 0;
    const timer = setInterval(() => {
      tokens++;
      const usage = { prompt_tokens: prompt.length, completion_tokens: tokens };
      const choices = [{ text: " word", finish_reason: tokens === most ? "length" : null }];
      response.write(event({ id: "cmpl-0", object: "text_completion", created: 0, model: "streams", choices, usage }));
      if (tokens < most) return;
      clearInterval(timer);
      response.end(event("[DONE]"));
    }, GAP_MS);
    response.on("close", () => clearInterval(timer));
  });
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
