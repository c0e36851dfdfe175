import { type NextRequest, NextResponse } from "next/server.js";
import { proxy } from "./spotify";

/** Ours, and another one that goes on after it. The test can take ours away. */
export async function guard(request: NextRequest): Promise<Response> {
  if (process.env.PROXY === "off") return NextResponse.next();
  return proxy(request, (headers) => {
    const response = NextResponse.next({ request: { headers } });
    response.headers.set("x-another", "ran");
    return response;
  });
}
