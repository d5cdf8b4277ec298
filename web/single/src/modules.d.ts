declare module "fanlight:charts" {
  /** URL of each chart package's browser build, by package name. */
  const urls: Readonly<Record<string, string>>;
  export default urls;
}

declare module "fanlight:schema" {
  /** The part of the QIX schema that the page can call. */
  const schema: object;
  export default schema;
}
