package realnode

import "os"

// requireEnv makes a test that needs nodes fail where there can be none: with "require" it
// is not skipped.
const requireEnv = "COREWARDEN_REALNODES"

// Required reports whether tests that need nodes have to fail where there can be none.
func Required() bool { return os.Getenv(requireEnv) == "require" }
