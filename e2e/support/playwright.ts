// What `@playwright/test` is for the examples of the documentation, which have no packages of their own.
export * from "playwright/test";
