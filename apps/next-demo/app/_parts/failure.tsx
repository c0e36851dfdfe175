import type { FailureWords } from "demo-kit/failure-words";
import type { ReactNode } from "react";

interface FailureProps extends FailureWords {
  readonly button: ReactNode;
  /** By which whoever saw the page can ask about it. */
  readonly reference?: string | undefined;
}

/** A page about something that failed: what happened, what it means, what to do, one button, a reference. */
export function Failure({ what, means, remedy, button, reference }: FailureProps): ReactNode {
  return (
    <>
      <h1>{what}</h1>
      <p className="lead">{means}</p>
      <p>{remedy}</p>
      {button}
      {reference === undefined ? null : (
        <p className="small muted">
          Reference: <code>{reference}</code>
        </p>
      )}
    </>
  );
}
