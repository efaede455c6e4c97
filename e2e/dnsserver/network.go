package dnsserver

import "corewarden/e2e/netns"

const (
	// LinkLocal is the address of node-local-dns. A network of a server's own has it.
	LinkLocal = "169.254.20.10"
	// interfaceAddress is the one of the first interface that a configuration has; those of the
	// others follow.
	interfaceAddress = "198.18.0.1"
)

// NewNetwork makes the network of a server, with some interfaces. Their addresses are 198.18.0.1 and
// those that follow.
func NewNetwork(interfaces ...string) (*netns.Network, error) {
	n, err := netns.New()
	if err != nil || !n.Isolated() {
		return n, err
	}
	n.Do(func() { err = furnish(interfaces) })
	if err != nil {
		n.Leave()
		return nil, err
	}
	return n, nil
}

// Isolated reports whether servers get networks of their own here. Where they do not, one
// that listens on the ports of a pod will not start beside others, nor without the right
// to: see Refusal.CannotListen.
func Isolated() bool {
	n, err := netns.New()
	if err != nil {
		return false
	}
	defer n.Leave()
	return n.Isolated()
}
