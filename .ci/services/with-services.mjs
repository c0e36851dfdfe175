/**
 * @typedef {object} Service something outside this repository that runs while it is needed
 * @property {NodeJS.ProcessEnv} env where to find it
 * @property {() => Promise<void> | void} stop
 */

/**
 * Starts services, hands over the environment in which they are found, and stops them, whatever happens in between.
 *
 * @template T
 * @param {readonly (() => Promise<Service>)[]} services
 * @param {(env: NodeJS.ProcessEnv) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withServices(services, use) {
  const [first, ...rest] = services;
  if (first === undefined) return use({});
  const service = await first();
  try {
    return await withServices(rest, (env) => use({ ...service.env, ...env }));
  } finally {
    await service.stop();
  }
}
