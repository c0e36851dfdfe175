import { redirect } from "next/navigation";
import { withSpotify } from "../../../lib/spotify";

export const GET = withSpotify(() => redirect("/static"));
