// Package nodes shows on a real node what the doctor says of pods: that all is well, or what
// keeps them from running.
package nodes
