package node

import (
	"fmt"
	"os/exec"
	"strings"
)

// A rule is one of iptables: what it matches and what happens to it, in a chain.
type rule struct {
	table, chain string
	args         []string
}

// rules returns those of node-cache. Packets between a pod and its addresses are not
// tracked, so that kube-proxy leaves them alone and they take no room among the tracked
// connections. A firewall that lets only tracked ones in lets these in as well.
func rules(addresses []string, port, healthPort string) []rule {
	const (
		untracked = "NodeLocal DNS Cache: skip conntrack"
		allowed   = "NodeLocal DNS Cache: allow DNS traffic"
	)
	var all []rule
	add := func(table, chain, protocol, address, ip, portFlag, port string) {
		target, comment := "NOTRACK", untracked
		if table == "filter" {
			target, comment = "ACCEPT", allowed
		}
		all = append(all, rule{table, chain, []string{
			"-p", protocol, address, ip, portFlag, port, "-j", target, "-m", "comment", "--comment", comment,
		}})
	}
	for _, ip := range addresses {
		for _, protocol := range []string{"tcp", "udp"} {
			add("raw", "PREROUTING", protocol, "-d", ip, "--dport", port) // queries of pods
			add("filter", "INPUT", protocol, "-d", ip, "--dport", port)
			add("raw", "OUTPUT", protocol, "-s", ip, "--sport", port) // answers
			add("filter", "OUTPUT", protocol, "-s", ip, "--sport", port)
			add("raw", "OUTPUT", protocol, "-d", ip, "--dport", port) // queries of the node
		}
		add("raw", "OUTPUT", "tcp", "-d", ip, "--dport", healthPort) // the kubelet's probe
		add("raw", "OUTPUT", "tcp", "-s", ip, "--sport", healthPort)
	}
	return all
}

// iptables runs the command of that name on rules.
type iptables string

// ensure adds a rule at the top of its chain unless it is there.
func (i iptables) ensure(r rule) (added bool, err error) {
	if i.run(r, "-C") == nil {
		return false, nil
	}
	return true, i.run(r, "-I")
}

// remove deletes a rule as often as it is there.
func (i iptables) remove(r rule) {
	for i.run(r, "-D") == nil {
	}
}

func (i iptables) run(r rule, operation string) error {
	// Another program may hold the lock: kube-proxy writes all its rules at once.
	args := append([]string{"-w", "5", "-t", r.table, operation, r.chain}, r.args...)
	if out, err := exec.Command(string(i), args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", i, strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}
