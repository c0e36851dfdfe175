import { getSpotify } from "../../lib/spotify";

export default async function Page(): Promise<string> {
  return (await getSpotify())?.user.id ?? "nobody";
}
