import { type NodeHeaders, sendWebResponse } from "@refrain/core/node";
import type { IncomingMessage, ServerResponse } from "node:http";

/** What handlers get on Fastify, as far as it is used here. On Express it is Node's own. */
export interface FastifyRequest {
  readonly raw: IncomingMessage;
}

export interface FastifyReply {
  readonly raw: ServerResponse;
  hijack(): unknown;
  getHeader(name: string): number | string | string[] | undefined;
  getHeaders(): Readonly<Record<string, number | string | string[]>>;
  header(name: string, value: string): unknown;
  removeHeader(name: string): unknown;
}

export type PlatformRequest = IncomingMessage | FastifyRequest;
export type PlatformResponse = ServerResponse | FastifyReply;

/** Node's own request. */
export function rawRequest(request: PlatformRequest): IncomingMessage {
  return "raw" in request ? request.raw : request;
}

/** Node's own response. */
export function rawResponse(response: PlatformResponse): ServerResponse {
  return "raw" in response ? response.raw : response;
}

/** Path and query as they came, before any router took its mount point off. */
export function urlOf({ originalUrl, url }: IncomingMessage & { readonly originalUrl?: string }): string | undefined {
  return originalUrl ?? url;
}

/** The headers of the answer to come. Those on Fastify's reply go before those on Node's response. */
export function headersOf(response: PlatformResponse): NodeHeaders {
  if (!("raw" in response)) return response;
  const { raw } = response;
  return {
    get headersSent() {
      return raw.headersSent;
    },
    getHeader: (name) => response.getHeader(name),
    getHeaderNames: () => Object.keys(response.getHeaders()),
    setHeader(name, value) {
      response.header(name, value);
      // For handlers that write to Node's response themselves.
      raw.setHeader(name, value);
    },
    removeHeader(name) {
      response.removeHeader(name);
      raw.removeHeader(name);
    },
  };
}

/** Sends an answer of core's. What plugins have set on Fastify's reply goes with it. */
export async function sendAnswer(response: PlatformResponse, answer: Response): Promise<void> {
  if (!("raw" in response)) return sendWebResponse(response, answer);
  const { raw } = response;
  // From here on nobody else answers, not even when the browser leaves before the end.
  response.hijack();
  for (const [name, value] of Object.entries(response.getHeaders())) {
    // What plugins say on the reply, and middleware on Node's response: here both hold.
    raw.setHeader(name, name === "set-cookie" || name === "vary" ? [...new Set([...listed(raw.getHeader(name)), ...listed(value)])] : value);
  }
  await sendWebResponse(raw, answer);
}

function listed(value: number | string | string[] | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat().map(String);
}
