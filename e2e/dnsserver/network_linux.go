package dnsserver

import (
	"fmt"
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"
)

// addLinkLocal gives the loopback interface the address LinkLocal as well.
func addLinkLocal() error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(socket)
	alias, err := unix.NewIfreq("lo:1")
	if err != nil {
		return err
	}
	address := netip.MustParseAddr(LinkLocal).As4()
	if err := alias.SetInet4Addr(address[:]); err != nil {
		return err
	}
	if err := unix.IoctlIfreq(socket, unix.SIOCSIFADDR, alias); err != nil {
		return fmt.Errorf("give the loopback interface the address %s: %w", LinkLocal, err)
	}
	return nil
}

// childAttributes have the kernel end a server with the thread that started it, should
// this process be killed.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
