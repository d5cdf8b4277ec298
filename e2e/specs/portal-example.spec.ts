// What portal developers copy from the documentation.
import "../../docs/examples/playwright/portal.spec.js";
