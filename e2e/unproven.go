package e2e

import (
	"os"
	"testing"
)

// Unproven skips a test that has not been seen to pass on a quiet machine, unless the
// environment variable COREWARDEN_UNPROVEN is set. Take the call away with the first pass.
func Unproven(t *testing.T) {
	t.Helper()
	if os.Getenv("COREWARDEN_UNPROVEN") == "" {
		t.Skip("not seen to pass on a quiet machine yet: COREWARDEN_UNPROVEN=1 runs it")
	}
}
