// Package node does to a node what node-cache does: it adds an interface with the
// addresses on which node-cache listens, and the rules of iptables for them.
package node

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	clog "github.com/coredns/coredns/plugin/pkg/log"
)

// A Network is what node-cache adds to the network of its node.
type Network struct {
	Interface string   // its name; empty for none
	Addresses []net.IP // all IPv4 or all IPv6
	Rules     bool     // whether to write rules
	Port      string   // of DNS
	Health    string   // port of the plugin health
	// Failed is told what has failed: "interface" or "iptables".
	Failed func(what string)

	mu      sync.Mutex
	removed bool
}

// AddInterface adds the interface and its addresses, as far as they are missing.
func (n *Network) AddInterface() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.Interface == "" || n.removed {
		return
	}
	added, err := ensureInterface(n.Interface, n.Addresses)
	if added {
		clog.Infof("Added the interface %s", n.Interface)
	}
	n.report("interface", err)
}

// Keep adds what is missing every so often until the context is done. The rules come
// with the first time, and not with AddInterface: they have to be absent where CoreDNS
// ends at its start, as queries would go to nobody then instead of to the cluster's DNS.
func (n *Network) Keep(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			n.Add()
		}
	}
}

// Add adds the rules and the interface, as far as they are missing.
func (n *Network) Add() {
	n.addRules()
	n.AddInterface()
}

func (n *Network) addRules() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.Rules || n.removed {
		return
	}
	for _, r := range n.rules() {
		added, err := n.iptables().ensure(r)
		if added && err == nil {
			clog.Infof("Added the rule %v", r)
		}
		n.report("iptables", err)
	}
}

// Remove takes down all that was added, for good.
func (n *Network) Remove() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.removed = true
	if n.Interface != "" {
		n.report("interface", removeInterface(n.Interface))
	}
	if n.Rules {
		for _, r := range n.rules() {
			n.iptables().remove(r)
		}
	}
}

func (n *Network) rules() []rule {
	var addresses []string
	for _, ip := range n.Addresses {
		addresses = append(addresses, ip.String())
	}
	return rules(addresses, n.Port, n.Health)
}

func (n *Network) iptables() iptables {
	if n.Addresses[0].To4() == nil {
		return "ip6tables"
	}
	return "iptables"
}

func (n *Network) report(what string, err error) {
	if err != nil {
		clog.Error(err)
		n.Failed(what)
	}
}

// CheckAddresses reports addresses that one Network cannot have.
func CheckAddresses(addresses []net.IP) error {
	for _, ip := range addresses {
		if (ip.To4() == nil) != (addresses[0].To4() == nil) {
			return errors.New("the addresses are of IPv4 and of IPv6; node-cache takes those of one family")
		}
	}
	return nil
}
