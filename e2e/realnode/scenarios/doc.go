// Package scenarios shows on three real nodes what a user of Corewarden has there. All
// scenarios have one cluster, in which Corewarden is installed as deploy/README.md says,
// and each leaves it as it found it.
package scenarios
