import type { FullResult, Reporter, TestCase, TestResult } from "@playwright/test/reporter";

/** Counts the tests that had to be tried again, and says which, so that a test that often needs it is seen. */
export default class Retries implements Reporter {
  readonly #triedAgain = new Map<string, TestResult["status"]>();

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.retry > 0) this.#triedAgain.set(test.titlePath().filter(Boolean).join(" › "), result.status);
  }

  onEnd(_result: FullResult): void {
    console.log(`\nretries: ${this.#triedAgain.size}`);
    for (const [title, status] of this.#triedAgain) console.log(`  ${status}: ${title}`);
  }

  printsToStdio(): boolean {
    return false;
  }
}
