//go:build unix && !linux

package dnsserver

import (
	"errors"
	"syscall"
)

func enterNewNetwork() error { return errors.ErrUnsupported }

func childAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
