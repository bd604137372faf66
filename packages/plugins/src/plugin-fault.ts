/** An exception of a plug-in, or an answer that no policy at that door may give. It is the plug-in's fault, not ours. */
export class PluginFault extends Error {
  readonly plugin: string;
  readonly door: string;
  /** What it did. */
  readonly what: string;

  constructor(plugin: string, door: string, what: string, cause?: unknown, atNs?: number) {
    const at = atNs === undefined ? "" : ` at ${atNs / 1e9} s`;
    super(`plug-in ${plugin}, ${door}${at}: ${what}`, { cause });
    this.name = "PluginFault";
    this.plugin = plugin;
    this.door = door;
    this.what = what;
  }

  /** The same, with the simulated instant of it. */
  at(nowNs: number): PluginFault {
    return new PluginFault(this.plugin, this.door, this.what, this.cause, nowNs);
  }
}
