// Package install tests that deploy/ fits a real API server, and the first hours of an
// installation.
package install_test

import "corewarden/e2e/harness"

// An installation is the harness's, with the steps of this package.
type installation struct{ *harness.Installation }
