export { type Operation, operations } from "./operations.js";
export { requiredScopes } from "./required-scopes.js";
