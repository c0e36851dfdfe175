export async function register(): Promise<void> {
  // As Next wants it written: what is not for its runtime it leaves out.
  if (process.env.NEXT_RUNTIME === "nodejs" && process.env.CHECK === "on") {
    const { check } = await import("./lib/spotify");
    await check();
  }
}
