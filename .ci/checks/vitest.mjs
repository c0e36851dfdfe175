import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "../services/chromium.mjs";
import { pgbouncer } from "../services/pgbouncer.mjs";
import { eachPostgres, postgres } from "../services/postgres.mjs";
import { eachRedis, redis } from "../services/redis.mjs";
import { withServices } from "../services/with-services.mjs";
import { CommandFailed, shell } from "../shell.mjs";

/** Every test of every package and app. Counts each test. */
export async function vitest() {
  const folder = await mkdtemp(join(tmpdir(), "refrain-vitest-"));
  const report = join(folder, "report.json");
  try {
    const output = await withServices([chromium, redis, ...eachRedis, postgres, ...eachPostgres, pgbouncer], (env) => failure(report, env));
    const { passed, failed } = count(await read(report));
    // An error outside every test fails the run without a failed test.
    return { passed, failed: output !== null && failed === 0 ? 1 : failed, output: output ?? "" };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} report
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | null>} what a failed run printed
 */
async function failure(report, env) {
  const args = ["run", "--allowOnly=false", "--silent=passed-only", "--reporter=minimal", "--reporter=json", `--outputFile.json=${report}`];
  try {
    await shell("vitest", args, { env });
    return null;
  } catch (error) {
    if (error instanceof CommandFailed) return error.message;
    throw error;
  }
}

/**
 * @typedef {{ numPassedTests: number, numFailedTests: number, testResults: { status: string, assertionResults: { status: string }[] }[] }} Report
 *
 * @param {string} file
 * @returns {Promise<Report>} empty when vitest did not come so far
 */
async function read(file) {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, testResults: [] };
  }
}

/**
 * A file that cannot be loaded has no failed test; it counts as one.
 *
 * @param {Report} report
 */
function count({ numPassedTests, numFailedTests, testResults }) {
  const unloaded = testResults.filter((file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"));
  return { passed: numPassedTests, failed: numFailedTests + unloaded.length };
}
