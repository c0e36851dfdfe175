import type { Playing, Track } from "demo-kit/music";
import type { ReactNode } from "react";
import { Countdown } from "./countdown";

export function NowPlaying({ playing, linked }: { readonly playing: Playing | null; readonly linked: boolean }): ReactNode {
  if (playing === null) return <p className="empty">Nothing is playing. Start something on one of your devices and reload.</p>;
  const { track, progressMs, durationMs } = playing;
  return (
    <>
      <div className="track playing">
        <CoverAndWords track={track} index={0} linked={linked} />
      </div>
      {playing.playing ? <Countdown label="Left of this track" leftMs={durationMs - progressMs} wholeMs={durationMs} /> : <p className="muted">Paused.</p>}
    </>
  );
}

export function TopTracks({ tracks, linked }: { readonly tracks: readonly Track[]; readonly linked: boolean }): ReactNode {
  if (tracks.length === 0) return <p className="empty">Spotify knows of no favourites yet. Listen to something and come back in a few days.</p>;
  return (
    <ol className="tracks">
      {tracks.map((track, index) => (
        <li className="track" key={`${index} ${track.title}`}>
          <CoverAndWords track={track} index={index} linked={linked} />
        </li>
      ))}
    </ol>
  );
}

/** The cover is drawn, not fetched: these pages load nothing from elsewhere. Links only where they lead somewhere: an emulator invents its tracks. */
function CoverAndWords({ track, index, linked }: { readonly track: Track; readonly index: number; readonly linked: boolean }): ReactNode {
  const { title, by, from, link } = track;
  const name = <strong>{title}</strong>;
  return (
    <>
      <span className="cover" data-cover={index % 6} aria-hidden="true">
        {String.fromCodePoint(title.codePointAt(0) ?? 0x20)}
      </span>
      <p>
        {link === null || !linked ? name : <a href={link}>{name}</a>}
        <br />
        <span className="muted">{[by, from].filter((words) => words !== "").join(" · ")}</span>
      </p>
    </>
  );
}
