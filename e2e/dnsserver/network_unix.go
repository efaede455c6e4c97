//go:build unix && !linux

package dnsserver

import (
	"errors"
	"syscall"
)

func furnish([]string) error { return errors.ErrUnsupported }

func childAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
