// Package dns tests that real servers start on what is stored, and refuse what is refused.
package dns_test

import "corewarden/e2e/harness"

// An installation is the harness's, with the steps of this package.
type installation struct{ *harness.Installation }
