// The few things of Node that the tests use, so that the workspace needs no types of all of Node.
declare module "node:test" {
  export function test(name: string, run: () => void | Promise<void>): void;
  export function describe(name: string, run: () => void): void;
}
declare module "node:assert/strict" {
  interface Assert {
    equal<T>(actual: T, expected: T, message?: string): void;
    deepEqual<T>(actual: T, expected: T, message?: string): void;
    ok(value: unknown, message?: string): void;
    match(text: string, pattern: RegExp): void;
    rejects(promise: Promise<unknown>, expected: (error: unknown) => boolean): Promise<void>;
    throws(run: () => unknown, expected: (error: unknown) => boolean): void;
  }
  const assert: Assert;
  export default assert;
}
declare module "node:zlib" {
  export function gzipSync(data: Uint8Array, options?: { level?: number }): Uint8Array;
}
declare module "node:fs/promises" {
  export function readFile(path: string): Promise<Uint8Array>;
}
declare function setImmediate(callback: () => void): void;
