import type { Answer } from "../answers/answer.ts";
import type { Ending } from "../answers/outcome.ts";
import type { PostOrder, Server } from "./server.ts";

/** What ends a request that counts nowhere. */
export interface Patience {
  /** For the whole answer. */
  readonly seconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** Sends one request and waits for its end, which comes in `seconds` at the latest. */
export async function asked(server: Server, order: PostOrder, answer: Answer, { seconds, signal }: Patience): Promise<Ending> {
  let quit: (ending: Ending) => void = () => {};
  const ended = new Promise<Ending>((resolve) => {
    quit = server.post(order, answer, resolve);
  });
  const stop = () => quit({ outcome: "stopped", message: null });
  const timer = setTimeout(() => quit({ outcome: "stalled", message: `no answer for ${seconds} s` }), seconds * 1e3);
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  try {
    return await ended;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}
