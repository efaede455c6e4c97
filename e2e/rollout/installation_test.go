// Package rollout tests what becomes of the workloads: stamps, stages, brakes, copies, and
// what an outage of anything may not change about them.
package rollout_test

import "corewarden/e2e/harness"

// An installation is the harness's, with the steps of this package.
type installation struct{ *harness.Installation }
