"use client";
import { duration } from "demo-kit/duration";
import { type ReactNode, useEffect, useState } from "react";

interface CountdownProps {
  readonly label: string;
  readonly leftMs: number;
  readonly wholeMs: number;
  /** Colours the bar. */
  readonly phase?: string;
}

/** A bar that runs empty and the time that is left beside it. It ticks where there is JavaScript. */
export function Countdown({ label, leftMs, wholeMs, phase }: CountdownProps): ReactNode {
  const [passed, setPassed] = useState({ of: leftMs, ms: 0 });

  useEffect(() => {
    const startedAt = performance.now();
    const ticking = setInterval(() => setPassed({ of: leftMs, ms: performance.now() - startedAt }), 1000);
    return () => clearInterval(ticking);
  }, [leftMs]);

  const left = Math.max(0, leftMs - (passed.of === leftMs ? passed.ms : 0));
  const seconds = Math.round(left / 1000);
  return (
    <p className="countdown" data-phase={phase}>
      <progress max={Math.max(1, Math.round(wholeMs / 1000))} value={seconds} aria-label={label} /> <span>{seconds === 0 ? "over" : duration(left)}</span>
    </p>
  );
}
