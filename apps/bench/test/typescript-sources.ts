import { registerHooks } from "node:module";

// Lets a process of its own run the sources as they are: Node takes the types out, and this finds the file behind a specifier.
registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier.startsWith(".") && context.parentURL?.endsWith(".ts") === true ? specifier.replace(/\.js$/, ".ts") : specifier, context),
});
