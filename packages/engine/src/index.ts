export { Engine, type Ticket } from "./engine.ts";
export { nsFromSeconds, secondsFromNs } from "./time.ts";
