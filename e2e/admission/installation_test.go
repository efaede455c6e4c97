// Package admission tests which writes of the ConfigMap are admitted, changed or refused, and
// what is said of them, whoever writes and whatever the servers are like.
package admission_test

import "corewarden/e2e/harness"

// An installation is the harness's, with the steps of this package.
type installation struct{ *harness.Installation }
