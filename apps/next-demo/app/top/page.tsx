import { readTracks } from "demo-kit/music";
import { part } from "demo-kit/listening";
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { nameOf } from "../../lib/name-of";
import { spotify } from "../../lib/spotify";
import { Frame } from "../_parts/frame";
import { Notice } from "../_parts/notice";

export const metadata: Metadata = { title: "Top tracks" };

/** For those who are signed in: everybody else passes through Spotify and comes back here. */
export default async function TopPage(): Promise<ReactNode> {
  const session = await spotify.getSpotify({ required: true, scopes: ["user-top-read"] });
  const [who, top] = await Promise.all([
    nameOf(session),
    part(session.json<unknown>("/v1/me/top/tracks?limit=20&time_range=short_term").then((page) => readTracks(page, 20))),
  ]);
  return (
    <Frame who={who} here="/top">
      <h1>Your top tracks</h1>
      <p className="lead">What you listened to most in the last four weeks.</p>
      {"error" in top ? <Notice error={top.error} /> : null}
      {"value" in top && top.value.length === 0 ? (
        <p className="empty">Spotify knows of no favourites yet. Listen to something and come back in a few days.</p>
      ) : null}
      {"value" in top && top.value.length > 0 ? (
        <div className="panel column table">
          <table>
            <thead>
              <tr>
                <th scope="col">Place</th>
                <th scope="col">Title</th>
                <th scope="col">By</th>
                <th scope="col">From</th>
              </tr>
            </thead>
            <tbody>
              {top.value.map(({ title, by, from }, index) => (
                <tr key={`${index} ${title}`}>
                  <td data-label="Place">{index + 1}</td>
                  <td data-label="Title">
                    <strong>{title}</strong>
                  </td>
                  <td data-label="By">{by}</td>
                  <td data-label="From">{from}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </Frame>
  );
}
