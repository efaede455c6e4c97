//go:build !linux

package main

import "runtime/debug"

// giveBack returns to the kernel the memory that only the start needed.
func giveBack() error {
	debug.FreeOSMemory()
	return nil
}
