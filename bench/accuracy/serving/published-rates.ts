import { loadScenarioFile, type Report, simulate } from "tokenyard";
import { tableHead, tableLine } from "../page.ts";

/** Tokens a second and GPU that were measured by SGLang on four H20 (InferSim, README.md). */
const MEASURED = { prefill: 16_594, decode: 2749 } as const;

/** A table of measured and simulated rates: prompts in the time until the last of them has its token, and then output. */
export function ratesTable(): string {
  const [prefill, decode] = ["prefill", "decode"].map((name) => reportOf(name));
  const rates = { prefill: prefill!.tokens.prompt / prefill!.horizonSeconds / prefill!.gpus, decode: decodeRate(prefill!, decode!) };
  const lines = (["prefill", "decode"] as const).map((name) => {
    const [own, measured] = [rates[name], MEASURED[name]];
    const off = `${own < measured ? "−" : "+"}${Math.abs((own / measured - 1) * 100).toFixed(0)} %`;
    return tableLine([name, String(measured), own.toFixed(0), off]);
  });
  return `${tableHead(["", "measured", "simulated", ""])}\n${lines.join("\n")}`;
}

/** Output tokens per second after the first tokens: all prompts are computed before decoding begins. */
function decodeRate({ horizonSeconds }: Report, decode: Report): number {
  const steps = (decode.tokens.output - decode.requests.finished) / decode.requests.finished;
  return ((decode.requests.finished / decode.gpus) * steps) / (decode.horizonSeconds - horizonSeconds);
}

function reportOf(name: string): Report {
  return simulate(loadScenarioFile(`bench/accuracy/qwen-h20/${name}.yaml`).scenario);
}
