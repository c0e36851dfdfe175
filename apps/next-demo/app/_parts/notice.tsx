import type { SpotifyAuthError } from "@refrain/core";
import { noticeOf } from "demo-kit/notice-words";
import type { ReactNode } from "react";

/** Stands in a section's place when its call to Spotify failed: one sentence, one way on. */
export function Notice({ error }: { readonly error: SpotifyAuthError }): ReactNode {
  const { kind, sentence, href, action } = noticeOf(error);
  return (
    <div className="notice" data-kind={kind}>
      <p>{sentence}</p>
      <a className="button" href={href}>
        {action}
      </a>
    </div>
  );
}
