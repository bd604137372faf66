import { resultStoreContract } from "../result-store.contract.ts";
import { memoryStore } from "./memory-store.ts";

resultStoreContract("a store in memory", async () => memoryStore());
