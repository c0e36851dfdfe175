import { html, type Html } from "demo-kit/html";
import { playingScript } from "demo-kit/pages/playing-script";

/** Follows what plays through the gateway. A socket that ends is opened again, unless it has said that nothing more will come. */
export const streamingScript: string = playingScript(`const againMs = 2000;

function follow() {
  const socket = new WebSocket(location.origin.replace("http", "ws") + "/now-playing");
  let over = false;
  let slower = false;
  socket.addEventListener("open", () => socket.send(JSON.stringify({ event: "follow" })));
  socket.addEventListener("message", (message) => {
    const { event, data } = JSON.parse(message.data);
    if (event === "playing") show(data);
    if (event === "outage") outage(data.slower);
    if (event !== "exception") return;
    over = end(data.code);
    slower = data.code === "rate_limited";
    socket.close();
  });
  socket.addEventListener("close", () => {
    if (over) return;
    outage(slower);
    setTimeout(follow, againMs);
  });
}

follow();
`);

/** The same in words, for the page. */
export const streaming: Html = html`<p>
    A script of this page holds a WebSocket to <code>/now-playing</code>. The app asks Spotify every two seconds and sends on what it hears; the token stays on
    the server. Look into your browser's developer tools: there is none to be found.
  </p>
  <p>The socket knows you by the cookie it was opened with, and ends with your session, wherever that is ended. Pages of other sites cannot open it.</p>`;
