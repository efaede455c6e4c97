//go:build unix && !linux

package process

import "syscall"

// childAttributes put a child out of reach of a terminal's Ctrl-C, so that children
// end in order.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
