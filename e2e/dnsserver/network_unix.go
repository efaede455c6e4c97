//go:build unix && !linux

package dnsserver

import (
	"errors"
	"syscall"
)

func addLinkLocal() error { return errors.ErrUnsupported }

func childAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
