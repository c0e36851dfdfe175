/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {string} [output] shown when anything failed
 *
 * @typedef {(() => Promise<Counts | void>) & { name: string }} Check
 */

/**
 * Runs checks one after the other, a line for each and the output of those that failed. The last line sums them up.
 *
 * @param {readonly Check[]} checks
 * @returns {Promise<0 | 1>} 1 when anything failed and when nothing ran
 */
export async function report(checks) {
  let passed = 0;
  let failed = 0;
  for (const check of checks) {
    const start = performance.now();
    const counts = await outcome(check);
    passed += counts.passed;
    failed += counts.failed;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${counts.failed === 0 ? "ok  " : "FAIL"}  ${check.name.padEnd(16)} ${seconds.padStart(5)} s${summary(counts)}`);
    if (counts.failed > 0) console.log(`\n${counts.output?.trim() ?? ""}\n`);
  }
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

/**
 * @param {Check} check
 * @returns {Promise<Counts>}
 */
async function outcome(check) {
  try {
    return (await check()) ?? { passed: 1, failed: 0 };
  } catch (error) {
    return { passed: 0, failed: 1, output: error instanceof Error ? error.message : String(error) };
  }
}

/** @param {Counts} counts */
function summary({ passed, failed }) {
  return passed + failed === 1 ? "" : `  ${passed} passed, ${failed} failed`;
}
