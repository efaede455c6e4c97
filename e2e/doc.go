// Package e2e has no code. Its folders test Corewarden end to end, against real parts: each
// is named after what it shows, and harness is what many of them share.
package e2e
