import type { Report } from "../../schema/report.ts";
import type { Page } from "../page.ts";
import { phrases } from "../paragraph.ts";
import { measured, significant } from "../quantity.ts";

/** Cost and energy of the run; empty if neither price nor power is known. */
export function costLines({ cost, energy }: Report, page: Page): string[] {
  const { ink, width, numbers } = page;
  const lines: string[] = [];
  const aloneOf = (kind: "Input" | "Output") => {
    const path = `cost.usdPerMillion${kind}Tokens`;
    return numbers.value(path) === null ? [] : [`${numbers.text(path, significant)} of ${kind.toLowerCase()} alone`];
  };
  if (cost.usd !== null) {
    const parts = [
      `${numbers.whole("cost.usdPerMillionTokens", "USD")} a million tokens`,
      ...aloneOf("Input"),
      ...aloneOf("Output"),
      `${numbers.text("cost.gpuHours", significant)} GPU h`,
    ];
    lines.push(...phrases(parts, "Cost     ", width));
  }
  if (energy !== null) {
    const parts = [
      `${numbers.whole("energy.joulesPerToken", "J")} a token`,
      `${numbers.text("energy.joulesPerOutputToken", joules)} an output token`,
      `${numbers.text("energy.wattsPerGpu", (value, step) => measured(value, "W", step))} a GPU`,
      ...(energy.grams === null ? [] : [`${numbers.whole("energy.gramsPerMillionTokens", "g")} CO2e a million tokens`]),
    ];
    lines.push(...phrases(parts, "Energy   ", width));
  }
  return lines.map((line) => line.replace(/^(Cost|Energy)/, (word) => ink.strong(word)));
}

const joules = (value: number, step: number) => measured(value, "J", step);
