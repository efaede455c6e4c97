package dnsserver

import (
	"errors"
	"fmt"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"
)

// furnish gives the loopback interface the address LinkLocal as well, and makes the others.
func furnish(interfaces []string) error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(socket)
	if err := address(socket, "lo:1", netip.MustParseAddr(LinkLocal)); err != nil {
		return err
	}
	ip := netip.MustParseAddr(interfaceAddress)
	for _, name := range interfaces {
		if err := addInterface(socket, name, ip); err != nil {
			return err
		}
		ip = ip.Next()
	}
	return nil
}

// addInterface makes a bridge that nothing is connected to: not all kernels have dummies.
func addInterface(socket int, name string, ip netip.Addr) error {
	request, err := unix.NewIfreq(name)
	if err != nil {
		return fmt.Errorf("the interface %s: %w", name, err)
	}
	if err := unix.IoctlIfreq(socket, unix.SIOCBRADDBR, request); err != nil { // which reads the name
		return fmt.Errorf("make the interface %s: %w", name, err)
	}
	// Nobody else is there. A server that starts while the kernel looks for others that have the
	// address cannot listen on it.
	detection := "/proc/sys/net/ipv6/conf/" + name + "/accept_dad"
	if err := os.WriteFile(detection, []byte("0"), 0o644); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := address(socket, name, ip); err != nil {
		return err
	}
	request.SetUint16(unix.IFF_UP)
	if err := unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, request); err != nil {
		return fmt.Errorf("bring the interface %s up: %w", name, err)
	}
	return nil
}

func address(socket int, name string, ip netip.Addr) error {
	request, err := unix.NewIfreq(name)
	if err != nil {
		return err
	}
	bytes := ip.As4()
	if err := request.SetInet4Addr(bytes[:]); err != nil {
		return err
	}
	if err := unix.IoctlIfreq(socket, unix.SIOCSIFADDR, request); err != nil {
		return fmt.Errorf("give the interface %s the address %s: %w", name, ip, err)
	}
	return nil
}
