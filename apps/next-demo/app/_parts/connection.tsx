import type { GrantStatus } from "@refrain/core";
import { consentMs, meanings, tokenLifetimeMs } from "demo-kit/phases";
import type { ReactNode } from "react";
import { Countdown } from "./countdown";

/** How the connection with Spotify stands: the phase, the token's life, the consent's. */
export function Connection({ status, now }: { readonly status: GrantStatus; readonly now: number }): ReactNode {
  const { phase, expiresAt, reauthorizeBy, scopes } = status;
  if (phase === "signedOut")
    return (
      <p>
        <span className="pill" data-phase="signed-out">
          signed out
        </span>{" "}
        You have signed out in another window. <a href="/">Reload</a>
      </p>
    );
  const until = new Date(reauthorizeBy).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
  return (
    <dl className="facts">
      <div>
        <dt>Phase</dt>
        <dd>
          <span className="pill" data-phase={phase}>
            {phase}
          </span>{" "}
          <span className="muted">{meanings[phase]}</span>
        </dd>
      </div>
      <div>
        <dt>Access token</dt>
        <dd>
          <Countdown label="Life left in the access token" leftMs={expiresAt - now} wholeMs={tokenLifetimeMs} phase={phase} />
        </dd>
      </div>
      <div>
        <dt>Consent</dt>
        <dd>
          <Countdown label="Time left until consent ends" leftMs={reauthorizeBy - now} wholeMs={consentMs} />
          <p className="small muted">{`Spotify ends it on ${until}.`}</p>
        </dd>
      </div>
      <div>
        <dt>Allowed</dt>
        <dd>{scopes.length === 0 ? "only what is public" : <code>{scopes.join(" ")}</code>}</dd>
      </div>
    </dl>
  );
}
