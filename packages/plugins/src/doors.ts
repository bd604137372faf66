export type * from "./doors/experts.ts";
export type * from "./doors/machines.ts";
export type * from "./doors/requests.ts";
export type * from "./doors/settled.ts";
