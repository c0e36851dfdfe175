/** A line of JSON: nothing that a request costs is smaller beside it. */
export function line(id: string | undefined): object {
  return { id };
}

/** Who is signed in and 20 of their playlists, as many as Spotify gives at a time: what an app that keeps them ready answers its page with, 12 kB of JSON. */
export function page(id: string | undefined): object {
  return { id, playlists };
}

const playlists: readonly object[] = Array.from({ length: 20 }, (_, index) => {
  const id = `37i9dQZF1DX0XUsuxWHR${String(index).padStart(2, "0")}`;
  return {
    id,
    name: `Songs for a long way home, part ${index + 1}`,
    description: "What was playing in the car when nobody wanted to get out.",
    url: `https://open.spotify.com/playlist/${id}`,
    owner: { id: "mira", name: "Mira", url: "https://open.spotify.com/user/mira" },
    images: [640, 300, 60].map((size) => ({
      url: `https://i.scdn.co/image/ab67706f0000${String(size * 100 + index).padStart(28, "7c2")}`,
      height: size,
      width: size,
    })),
    tracks: 40 + index,
    public: index % 2 === 0,
  };
});
