package reader

import (
	"maps"
	"net/netip"
	"path"
	"slices"
	"strings"
)

// A Pod is what is known of the pod that a server runs in. The zero Pod is one of which
// nothing is known.
type Pod struct {
	// Interfaces are network interfaces whose addresses are known, by name; lo need not be
	// among them.
	Interfaces map[string][]string
	// Neighbour is a server whose addresses this pod cannot have.
	Neighbour Neighbour
	// File returns the content of a file that the pod has for certain. Relative names are
	// those of the folder that the server runs in. It may be nil.
	File func(path string) (text string, found bool)
}

// A Neighbour is another server beside the one that is judged.
type Neighbour struct {
	Name      string // such as "node-local-dns"
	Addresses []string
	// Loads is the ConfigMap that it alone loads; "" where that one is judged.
	Loads string
}

// InterfaceAddresses returns the addresses of a network interface, if they are known. Those
// of lo are the same in every pod; where ::1 is missing, it cannot be bound by itself either.
func (p Pod) InterfaceAddresses(name string) (addresses []string, known bool) {
	if addresses, known = p.Interfaces[name]; known {
		return addresses, true
	}
	if name == "lo" {
		return []string{"127.0.0.1", "::1"}, true
	}
	return nil, false
}

// Has reports whether the pod has an address for certain.
func (p Pod) Has(ip string) bool {
	for _, addresses := range p.Interfaces {
		if containsIP(addresses, ip) {
			return true
		}
	}
	return false
}

// Lacks reports whether the pod certainly does not have an address.
func (p Pod) Lacks(ip string) bool { return containsIP(p.Neighbour.Addresses, ip) }

// SameNetwork reports whether two pods are the same but for their files.
func (p Pod) SameNetwork(other Pod) bool {
	a, b := p.Neighbour, other.Neighbour
	return a.Name == b.Name && a.Loads == b.Loads && slices.Equal(a.Addresses, b.Addresses) &&
		maps.EqualFunc(p.Interfaces, other.Interfaces, slices.Equal[[]string])
}

// Content returns the content of a file, if it is known.
func (p Pod) Content(name string) (text string, known bool) {
	if p.File == nil {
		return "", false
	}
	return p.File(name)
}

// written are the files that the kubelet writes into every pod.
var written = []string{"/etc/hosts", "/etc/hostname", "/etc/resolv.conf"}

// ThroughFile reports whether the path leads through what is a file and no folder.
func (p Pod) ThroughFile(name string) bool {
	for folder := path.Dir(strings.TrimRight(name, "/")); folder != "/" && folder != "."; folder = path.Dir(folder) {
		if _, known := p.Content(folder); known || slices.Contains(written, folder) {
			return true
		}
	}
	return false
}

func containsIP(addresses []string, ip string) bool {
	return slices.ContainsFunc(addresses, func(a string) bool { return sameIP(a, ip) })
}

// sameIP reports whether two texts are one IP address, however it is written.
func sameIP(a, b string) bool {
	one, err := netip.ParseAddr(a)
	if err != nil {
		return false
	}
	other, err := netip.ParseAddr(b)
	return err == nil && one.Unmap() == other.Unmap()
}
