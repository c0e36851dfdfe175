export { describeStore } from "./describe-store.js";
export { manualClock, type ManualClock, type ManualClockOptions } from "./manual-clock.js";
export { signInAs, type SignInAs } from "./sign-in-as.js";
export { storeContract } from "./store-contract.js";
export type { StoreCheck, StoreHarness, StoreNeed, StoreServer, StoreTime } from "./store-harness.js";
