// Package keys tests that keys with wrong names are renamed in a way that every client and
// every GitOps tool can live with.
package keys_test

import "corewarden/e2e/harness"

// An installation is the harness's, with the steps of this package.
type installation struct{ *harness.Installation }
