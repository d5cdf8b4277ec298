declare module "fanlight:schema" {
  /** The part of the engine's schema that the package carries; see `build/schema.mjs`. */
  const schema: object;
  export default schema;
}
