// What a bundler finds in place of the server's half when it builds for browsers. It has none of the names that are imported, so the build ends with an error that
// names this file; bundlers that do not look end here.
throw new Error("@refrain/next is for the server. In client components import from @refrain/next/client.");
