package node

import (
	"errors"
	"fmt"
	"net"
	"syscall"

	"github.com/vishvananda/netlink"
)

// ensureInterface makes sure that there is an interface of the name which holds the
// addresses. It stays down: the kernel answers on its addresses all the same.
func ensureInterface(name string, addresses []net.IP) (added bool, err error) {
	link, err := netlink.LinkByName(name)
	if errors.As(err, new(netlink.LinkNotFoundError)) {
		link, err = addInterface(name)
		added = err == nil
	}
	if err != nil {
		return added, err
	}
	for _, ip := range addresses {
		err := netlink.AddrAdd(link, &netlink.Addr{IPNet: netlink.NewIPNet(ip)})
		if err != nil && !errors.Is(err, syscall.EEXIST) {
			return added, fmt.Errorf("give the interface %s the address %s: %w", name, ip, err)
		}
	}
	return added, nil
}

// addInterface makes a dummy interface. A kernel may be built without those; a bridge
// that nothing is connected to does as well.
func addInterface(name string) (netlink.Link, error) {
	attributes := netlink.NewLinkAttrs()
	attributes.Name = name
	err := netlink.LinkAdd(&netlink.Dummy{LinkAttrs: attributes})
	if errors.Is(err, syscall.EOPNOTSUPP) {
		err = netlink.LinkAdd(&netlink.Bridge{LinkAttrs: attributes})
	}
	if err != nil {
		return nil, fmt.Errorf("add the interface %s: %w", name, err)
	}
	return netlink.LinkByName(name)
}

func removeInterface(name string) error {
	link, err := netlink.LinkByName(name)
	if err != nil {
		return err
	}
	return netlink.LinkDel(link)
}
