"use client";
import type { ReactNode } from "react";
import { Failure } from "./_parts/failure";
import { Frame } from "./_parts/frame";

/** What a visit within the app shows when its page failed. A page that is opened anew is answered by the proxy, with a status of its own. */
export default function ErrorPage({ error, retry }: { readonly error: unknown; readonly retry: () => void }): ReactNode {
  return (
    <Frame who={null}>
      <title>This page cannot be shown right now - Refrain demo</title>
      <Failure
        what="This page cannot be shown right now"
        means="If you were signed in, you still are. Nothing was lost."
        remedy="It usually recovers by itself within a minute: wait a moment, then try again. If it does not, tell whoever runs this and give the reference."
        button={
          <button className="primary" onClick={() => retry()}>
            Try again
          </button>
        }
        reference={referenceOf(error)}
      />
    </Frame>
  );
}

/** What Next wrote into the server's log beside the error. */
function referenceOf(error: unknown): string | undefined {
  return error instanceof Error && "digest" in error ? String(error.digest) : undefined;
}
