export { isForeignHandshake } from "./foreign-handshake.js";
export { keepPrivate } from "./keep-private.js";
export { isClosed } from "./node-message.js";
export type { NodeHeaders, NodeRequest, NodeResponse } from "./node-message.js";
export { type FrameworkRequest, headOf, pathOf, toWebRequest } from "./web-request.js";
export { sendWebResponse } from "./web-response.js";
export { sessionOf } from "./session-of.js";
export { watchSession } from "./watch-session.js";
