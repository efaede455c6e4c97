package process

import "syscall"

// childAttributes put a child out of reach of a terminal's Ctrl-C, so that children
// end in order, and have the kernel end it should this process be killed.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
