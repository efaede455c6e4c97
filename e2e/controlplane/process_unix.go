//go:build unix && !linux

package controlplane

import "syscall"

// childAttributes put a child out of reach of a terminal's Ctrl-C, so that children
// end in order.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
