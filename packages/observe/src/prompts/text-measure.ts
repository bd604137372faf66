import { Answer } from "../answers/answer.ts";
import { asked } from "../servers/asked.ts";
import type { KnownServer, TrialOrder } from "../servers/known-server.ts";
import { requestBody } from "../servers/request-body.ts";
import type { Server } from "../servers/server.ts";
import { wordsOf } from "./words.ts";

/** How many tokens a text of words has by the server's count: what each word is, and what comes on top. */
export interface TextMeasure {
  readonly tokensOfWord: number;
  readonly tokensAround: number;
}

const SHORT = 32;
const LONG = 288;

/** Has `server` count two texts. Undefined where it counts none: a word then is taken for a token. */
export async function textMeasure(
  server: Server,
  { model, abilities }: KnownServer,
  { api, clock, ...patience }: TrialOrder,
): Promise<TextMeasure | undefined> {
  const counts: (number | null)[] = [];
  for (const words of [SHORT, LONG]) {
    const answer = new Answer({ api, outputTokens: 2, keepsText: false, clock });
    const prompt = wordsOf(
      Array.from({ length: words }, (_, i) => i),
      0,
      words,
    );
    const body = requestBody({ api, model, outputTokens: 2, abilities, prompt });
    await asked(server, { chat: api === "chat", body, id: "observe-trial" }, answer, patience);
    counts.push(answer.promptTokens);
  }
  const [short, long] = counts;
  if (short == null || long == null || long <= short) return undefined;
  const tokensOfWord = (long - short) / (LONG - SHORT);
  return { tokensOfWord, tokensAround: short - SHORT * tokensOfWord };
}
