import type { WorkloadSpec } from "@tokenyard/scenario";
import { afterEach, describe, expect, test } from "vitest";
import { now, observed } from "./fixtures/observed.ts";
import { type Behaviour, event, type ModelServer, modelServer, streaming, wellBehaved } from "./model-server.contract.ts";

const lengths = { promptTokens: { kind: "uniform", from: 1, to: 90 }, outputTokens: { kind: "uniform", from: 1, to: 9 } } as const;
const open: WorkloadSpec = { kind: "open", requests: 20, rate: 400, arrivals: { kind: "poisson" }, ...lengths };
const one: WorkloadSpec = {
  kind: "open",
  requests: 1,
  rate: 1000,
  arrivals: { kind: "constant" },
  promptTokens: { kind: "fixed", value: 5 },
  outputTokens: { kind: "fixed", value: 4 },
};

/** Bodies by the number of their request: they come over several sockets, in any order. */
function bodiesOf({ received }: ModelServer) {
  const numbered = received
    .slice(1)
    .map(({ headers, body }) => ({ number: Number(String(headers["x-request-id"]).slice("observe-".length)), body }));
  return numbered.sort((a, b) => a.number - b.number).map(({ body }) => body);
}

let server: ModelServer | undefined;
afterEach(() => server?.close());

/** A server that behaves well while it is tried, and as `behave` says from then on. */
async function serving(behave: Behaviour): Promise<ModelServer> {
  server = await modelServer((response, received, at) =>
    at === 0 ? wellBehaved(response, received, at) : behave(response, received, at - 1),
  );
  return server;
}

/** The one request of a run against a server that answers as `behave` says. */
async function oneOf(behave: Behaviour, limits: Parameters<typeof observed>[2] = {}) {
  const { url } = await serving(behave);
  return (await observed(url, one, limits)).requests[0]!;
}

describe("a server that behaves well", () => {
  test("is asked for what was drawn, and answers as long as it was asked to", async () => {
    const { url, received } = await serving(wellBehaved);
    const { end, requests, known } = await observed(url, open);
    expect(end).toBe("all-sent");
    expect(known).toEqual({
      model: "test-model",
      version: "0.19.0",
      models: ["test-model"],
      abilities: { tokenIds: true, fixedOutputs: true, counts: true, usage: true },
    });
    expect(requests).toHaveLength(20);
    for (const each of requests) {
      expect(each).toMatchObject({ outcome: "finished", status: 200, message: null });
      expect([each.promptTokens, each.outputTokens]).toEqual([each.askedPromptTokens, each.askedOutputTokens]);
      expect(each.gapsNs).toHaveLength(each.askedOutputTokens - 1);
      expect(each.sentNs).toBeGreaterThanOrEqual(each.plannedNs);
      expect(each.firstTokenNs! + each.gapsNs.reduce((sum, gap) => sum + gap, 0)).toBeCloseTo(each.endNs, 0);
    }
    for (const { body } of received.slice(1)) expect(body).toMatchObject({ min_tokens: body.max_tokens, ignore_eos: true, stream: true });
  });

  test("gets prompts that differ from their first block on, and the same ones for the same seed", async () => {
    const prompts = async (seed: number) => {
      const there = await serving(wellBehaved);
      await observed(there.url, open, { seed });
      await there.close();
      return bodiesOf(there).map(({ prompt }) => JSON.stringify(prompt));
    };
    const first = await prompts(1);
    expect(new Set(first.map((each) => each.slice(0, 5))).size).toBeGreaterThan(15);
    expect(await prompts(1)).toEqual(first);
    expect(await prompts(2)).not.toEqual(first);
  });

  test("gets the prefixes that requests share", async () => {
    const { url, received } = await serving(wellBehaved);
    await observed(url, { ...open, prefix: { tokens: 50, groups: 2, exponent: 0 } });
    const begins = received.slice(1).map(({ body }) => JSON.stringify(body.prompt.slice(0, 50)));
    expect(new Set(begins).size).toBe(2);
    expect(new Set(received.slice(1).map(({ body }) => JSON.stringify(body.prompt.slice(50, 55)))).size).toBeGreaterThan(15);
  });

  test("the next turn of a session begins with the prompt before, and with the answer", async () => {
    const there = await serving(wellBehaved);
    const turns: WorkloadSpec = {
      kind: "sessions",
      sessions: 3,
      rate: 1000,
      arrivals: { kind: "constant" },
      turns: { kind: "fixed", value: 3 },
      thinkTime: { kind: "fixed", value: 0 },
      systemTokens: 40,
      ...lengths,
    };
    const { requests } = await observed(there.url, turns);
    expect(requests).toHaveLength(9);
    const bodies = bodiesOf(there);
    expect(new Set(bodies.map(({ prompt }) => JSON.stringify(prompt.slice(0, 32)))).size).toBe(1); // two whole blocks of 16
    for (const { session } of requests) {
      const [a, b, c] = requests.filter((each) => each.session === session).map(({ number }) => bodies[number]);
      for (const [before, after] of [
        [a, b],
        [b, c],
      ]) {
        const answer = Array.from({ length: before.max_tokens }, (_, i) => 40_001 + i);
        expect(after.prompt.slice(0, before.prompt.length + answer.length)).toEqual([...before.prompt, ...answer]);
      }
    }
  });

  test.each(["chat", "completions"] as const)("text of sessions has the tokens of each turn by the server's count: %s", async (api) => {
    // a token a word; of a chat one before each message and one behind all, of a text one before it
    const countOf = ({ prompt, messages }: { prompt?: string; messages?: readonly { content: string }[] }) => {
      const words = (text: string) => text.split(" ").filter((word) => word !== "").length;
      return prompt !== undefined ? words(prompt) + 1 : messages!.reduce((sum, { content }) => sum + words(content) + 1, 1);
    };
    const { url, received } = await (async () => {
      server = await modelServer(async (response, { body, path, headers }, at) => {
        if (Array.isArray(body.prompt)) {
          response.writeHead(400);
          response.end('{"error":"no ids"}');
          return;
        }
        const words = Array(countOf(body)).fill("x").join(" ");
        await wellBehaved(response, { path, headers, body: { ...body, prompt: words, messages: [{ content: words }] } }, at);
      });
      return server;
    })();
    const turns: WorkloadSpec = {
      kind: "sessions",
      sessions: 4,
      rate: 1000,
      arrivals: { kind: "constant" },
      turns: { kind: "fixed", value: 3 },
      thinkTime: { kind: "fixed", value: 0 },
      systemTokens: 0,
      promptTokens: { kind: "uniform", from: 20, to: 90 },
      outputTokens: { kind: "uniform", from: 1, to: 9 },
    };
    const { requests, known } = await observed(url, turns, { api });
    expect(known.abilities.tokenIds).toBe(false);
    expect(requests).toHaveLength(12);
    expect(requests.map(({ promptTokens }) => promptTokens)).toEqual(requests.map(({ askedPromptTokens }) => askedPromptTokens));
    const third = received.find(({ body }) => api === "chat" && body.messages.length === 5)?.body;
    if (api === "chat")
      expect(third.messages.map(({ role }: { role: string }) => role)).toEqual(["user", "assistant", "user", "assistant", "user"]);
    expect(third?.messages[1].content.trim() ?? "w1").toMatch(/^w1( w\d)*$/);
  });

  test("closed loops keep as many in flight as there are users", async () => {
    let inFlight = 0;
    let most = 0;
    const { url } = await serving(async (response, received, at) => {
      most = Math.max(most, ++inFlight);
      await new Promise((done) => setTimeout(done, 3));
      response.on("close", () => inFlight--);
      await wellBehaved(response, received, at);
    });
    const { requests } = await observed(url, {
      kind: "closed",
      requests: 30,
      concurrency: 4,
      thinkTime: { kind: "fixed", value: 0 },
      ...lengths,
    });
    expect(requests).toHaveLength(30);
    expect(most).toBe(4);
  });
});

describe("streams", () => {
  test("may be split in a character, in a line and in an event, and have comments between", async () => {
    const text = ["é", "😀", "漢"].map((each, i) => event({ choices: [{ text: each, finish_reason: i === 2 ? "length" : null }] }));
    const whole = Buffer.from(
      `: keep-alive\n\n${text.join(": ping\n\n")}${event({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 3 } })}${event("[DONE]")}`,
    );
    for (const size of [1, 3, 7]) {
      const got = await oneOf(async (response) => {
        streaming(response);
        for (let at = 0; at < whole.length; at += size) {
          response.write(whole.subarray(at, at + size));
          if (at % (8 * size) === 0) await new Promise((done) => setImmediate(done));
        }
        response.end();
      });
      expect(got).toMatchObject({ outcome: "finished", chunks: 3, streamedTokens: 3, promptTokens: 5, outputTokens: 3 });
      await server!.close();
    }
  });

  test("with several tokens a chunk are counted as the server counts them", async () => {
    const got = await oneOf((response) => {
      streaming(response);
      response.write(event({ choices: [{ text: "a b", finish_reason: null }], usage: { prompt_tokens: 5, completion_tokens: 2 } }));
      response.write(event({ choices: [{ text: "c d", finish_reason: "length" }], usage: { prompt_tokens: 5, completion_tokens: 4 } }));
      response.end(event("[DONE]"));
    });
    expect(got).toMatchObject({ chunks: 2, streamedTokens: 4, outputTokens: 4, gapsNs: [expect.any(Number)] });
  });

  test("without usage are counted by chunk", async () => {
    const got = await oneOf((response) => {
      streaming(response);
      for (const finish of [null, null, "stop"]) response.write(event({ choices: [{ text: "x", finish_reason: finish }] }));
      response.end(event("[DONE]"));
    });
    expect(got).toMatchObject({ outcome: "finished", streamedTokens: 3, outputTokens: null, promptTokens: null });
  });

  test("end with [DONE], though the response stays open", async () => {
    const got = await oneOf((response) => {
      streaming(response);
      response.write(event({ choices: [{ text: "x", finish_reason: "stop" }] }) + event("[DONE]"));
    });
    expect(got.outcome).toBe("finished");
  });
});

const garbage = (text: string, type = "text/event-stream"): Behaviour => {
  return (response) => {
    response.writeHead(200, { "content-type": type });
    response.end(text);
  };
};
const status = (code: number, body = "", headers: Record<string, string> = {}): Behaviour => {
  return (response) => {
    response.writeHead(code, headers);
    response.end(body);
  };
};

describe("what goes wrong has a name and a message", () => {
  test.each<[string, string, RegExp, Behaviour]>([
    ["429", "rate-limited", /^429: slow down$/, status(429, '{"error":{"message":"slow down"}}', { "retry-after": "7" })],
    ["503", "unavailable", /^503: draining$/, status(503, '{"object":"error","message":"draining"}')],
    ["500 without a body", "refused", /^500$/, status(500)],
    ["400", "refused", /^400: too long$/, status(400, '{"error":"too long"}')],
    [
      "a redirect",
      "redirected",
      /^307 to http:\/\/other\.example\/v1, which is not followed$/,
      status(307, "", { location: "http://other.example/v1" }),
    ],
    ["another content type", "garbled", /^application\/json; wanted text\/event-stream$/, garbage('{"choices":[]}', "application/json")],
    ["an event that is no JSON", "garbled", /no chunk: {"choices":/, garbage('data: {"choices":\n\n')],
    ["an error in the stream", "server-error", /^out of memory$/, garbage('data: {"error":{"message":"out of memory"}}\n\n')],
    ["an end before the answer's", "cut-short", /after 1 of 4 tokens/, garbage(event({ choices: [{ text: "x", finish_reason: null }] }))],
    [
      "an answer without tokens",
      "empty",
      /without a token/,
      garbage(event({ choices: [{ text: "", finish_reason: "stop" }] }) + event("[DONE]")),
    ],
    ["a connection that is lost", "reset", /./, (response) => void response.socket!.destroy()],
    ["no HTTP", "garbled", /./, (response) => void response.socket!.end("what?\r\n\r\n")],
  ])("%s", async (_, outcome, message, behave) => {
    const got = await oneOf(behave);
    expect(got).toMatchObject({ outcome, message: expect.stringMatching(message) });
    if (outcome === "rate-limited") expect(got.retryAfterSeconds).toBe(7);
  });

  test("a reset in the midst of an answer keeps what came", async () => {
    const got = await oneOf((response) => {
      streaming(response);
      response.write(event({ choices: [{ text: "x", finish_reason: null }] }));
      setTimeout(() => response.socket!.destroy(), 20);
    });
    expect(got).toMatchObject({ outcome: "reset", streamedTokens: 1, firstTokenNs: expect.any(Number) });
  });

  test("a server that stalls, or sends comments only, is given up", async () => {
    const got = await oneOf(
      (response) => {
        streaming(response);
        const timer = setInterval(() => response.write(": wait\n\n"), 20);
        response.on("close", () => clearInterval(timer));
      },
      { limits: { stallSeconds: 0.2 } },
    );
    expect(got).toMatchObject({ outcome: "stalled", message: "no token for 0.2 s, after 0 of them" });
  });

  test("an answer that never ends is ended soon after the tokens that were asked for", async () => {
    const got = await oneOf((response) => {
      streaming(response);
      const more = () => {
        while (!response.destroyed && response.write(event({ choices: [{ text: "x", finish_reason: null }] })));
      };
      response.on("drain", more);
      more();
    });
    expect(got).toMatchObject({ outcome: "endless", streamedTokens: 21 }); // 4 asked for, 16 spare
  });

  test("a line without end takes no memory: it is given up at a million characters", async () => {
    let sent = 0;
    const got = await oneOf((response) => {
      streaming(response);
      response.write("data: ");
      const piece = "x".repeat(1 << 16);
      const more = () => {
        while (!response.destroyed && response.write(piece)) sent += piece.length;
      };
      response.on("drain", more);
      more();
    });
    expect(got).toMatchObject({ outcome: "garbled", message: "an event of more than a million characters" });
    expect(sent).toBeLessThan(20e6); // what lies in buffers on the way
  });
});

describe("what is too large or too slow before the run", () => {
  test("a refusal of any length is read no further than its first pieces", async () => {
    let sent = 0;
    const got = await oneOf((response) => {
      response.writeHead(500);
      const piece = "x".repeat(1 << 16);
      const more = () => {
        while (!response.destroyed && response.write(piece)) sent += piece.length;
      };
      response.on("drain", more);
      more();
    });
    expect(got).toMatchObject({ outcome: "refused", message: expect.stringMatching(/^500: x{295}…$/) });
    expect(sent).toBeLessThan(20e6);
  });

  test("a server that never answers the first request is given up", async () => {
    server = await modelServer(() => {});
    await expect(observed(server.url, one, { limits: { stallSeconds: 0.1 } })).rejects.toThrow("(stalled): no answer for 0.1 s");
  });

  test("of several models one is to be chosen", async () => {
    server = await modelServer(wellBehaved, ["a", "b"]);
    await expect(observed(server.url, one)).rejects.toThrow("it has the models a, b; wanted --model with one of them");
  });
});

describe("bounds", () => {
  test("no more requests than were allowed", async () => {
    const { url, received } = await serving(wellBehaved);
    const { end, requests } = await observed(url, open, { limits: { requests: 7 } });
    expect([end, requests.length, received.length]).toEqual(["max-requests", 7, 8]);
  });

  test("no longer than was allowed, and what is in flight counts as stopped", async () => {
    const { url } = await serving((response) => streaming(response));
    const { end, requests } = await observed(url, open, { limits: { seconds: 0.2 } });
    expect(end).toBe("max-time");
    expect(new Set(requests.map(({ outcome }) => outcome))).toEqual(new Set(["stopped"]));
  });

  test("a signal ends it", async () => {
    const { url } = await serving((response) => streaming(response));
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    const { end, requests } = await observed(url, open, { signal: controller.signal });
    expect(end).toBe("interrupted");
    expect(requests.length).toBeGreaterThan(0);
    expect(requests.every(({ outcome }) => outcome === "stopped")).toBe(true);
  });

  test("a server that only fails is given up after a hundred requests, each with its outcome", async () => {
    const { url } = await serving(status(500, "no"));
    const users: WorkloadSpec = { kind: "closed", requests: 100_000, concurrency: 8, thinkTime: { kind: "fixed", value: 0 }, ...lengths };
    const { end, requests } = await observed(url, users);
    expect(end).toBe("gave-up");
    expect(requests.length).toBeGreaterThanOrEqual(100);
    expect(requests.length).toBeLessThan(120);
  });

  test("a user who is asked to wait does", async () => {
    const { url } = await serving((response, received, at) =>
      at === 0 ? status(429, "", { "retry-after": "0.3" })(response, received, at) : wellBehaved(response, received, at),
    );
    const users: WorkloadSpec = { kind: "closed", requests: 2, concurrency: 1, thinkTime: { kind: "fixed", value: 0 }, ...lengths };
    const [first, second] = (await observed(url, users)).requests;
    expect(second!.plannedNs - first!.endNs).toBeCloseTo(0.3e9, -3);
  });

  test("a clock that goes back makes no gap negative", async () => {
    let calls = 0;
    const { url } = await serving(wellBehaved);
    const { requests } = await observed(url, open, { clock: () => now() - (++calls % 3 === 0 ? 5e6 : 0) });
    for (const { sentNs, firstTokenNs, endNs, gapsNs } of requests) {
      expect(firstTokenNs).toBeGreaterThanOrEqual(sentNs);
      expect(endNs).toBeGreaterThanOrEqual(firstTokenNs!);
      expect(gapsNs.every((gap) => gap >= 0)).toBe(true);
    }
  });

  test("a key is sent, and is in no message", async () => {
    const { url, received } = await serving((response) =>
      status(401, `{"error":{"message":"bad key sk-secret"}}`)(response, received[0]!, 0),
    );
    const { requests } = await observed(url, one, { key: "sk-secret" });
    expect(received[1]!.headers.authorization).toBe("Bearer sk-secret");
    expect(requests[0]!.message).toBe("401: bad key (key)");
  });
});
