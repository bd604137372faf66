/** Whether a fragment asks for the result alone, as a part of another page: `#embed&open=dead-gpu`. */
export function asksToEmbed(fragment: string): boolean {
  return /(?:^#?|&)embed(?:&|$)/.test(fragment);
}

/** The fragment with which the whole page shows the same. */
export function withoutEmbed(fragment: string): string {
  const parts = fragment.replace(/^#/, "").split("&");
  return `#${parts.filter((part) => part !== "embed").join("&")}`;
}
