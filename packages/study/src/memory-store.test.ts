import { memoryStore } from "./memory-store.ts";
import { resultStoreContract } from "./result-store.contract.ts";

resultStoreContract("a store in memory", async () => memoryStore());
