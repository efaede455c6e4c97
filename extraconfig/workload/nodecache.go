package workload

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"path"
	"slices"
	"strconv"
	"strings"
)

// unknownAddress stands for the address of a Service that is not known: one that is for
// documentation only.
const unknownAddress = "192.0.2.53"

// LocalAddresses returns the addresses that node-cache gives its node and listens on. The
// server of another workload has none. They are not to be changed.
func (w Workload) LocalAddresses() []string { return w.server.local }

// localAddresses returns those in the value of -localip.
func localAddresses(flag string) []string {
	return slices.Clip(slices.DeleteFunc(strings.Split(flag, ","), func(address string) bool { return net.ParseIP(address) == nil }))
}

// Interfaces returns the network interface that node-cache makes for its addresses, by its
// name, with these; nil where it makes none.
func (w Workload) Interfaces() map[string][]string {
	addresses := w.LocalAddresses()
	makes, err := strconv.ParseBool(cmp.Or(w.server.flags["setupinterface"], "true"))
	if !w.server.nodeCache || len(addresses) == 0 || len(w.Unknown()) > 0 || err == nil && !makes {
		return nil
	}
	return map[string][]string{cmp.Or(w.server.flags["interfacename"], "nodelocaldns"): addresses}
}

// UpstreamService returns the name of the Service by which node-cache reaches the
// cluster's DNS, or "" where the server is not node-cache.
func (w Workload) UpstreamService() string {
	if !w.server.nodeCache {
		return ""
	}
	if name, found := w.server.flags["upstreamsvc"]; found {
		return name
	}
	return "kube-dns"
}

// Render returns the Corefile that the server makes of a text: node-cache replaces its
// placeholders and adds a server block for each stub domain of the ConfigMap kube-dns;
// CoreDNS takes the text as it is. Read returns the text of a file in the server's
// container. The upstream's address is that of the Service UpstreamService, or "".
//
// It follows updateCorefile in cmd/node-cache/app/configmap.go of kubernetes/dns.
func (w Workload) Render(text, upstream string, read func(file string) (text string, found bool)) string {
	if !w.server.nodeCache {
		return text
	}
	if upstream == "" {
		upstream = unknownAddress
	}
	local := strings.ReplaceAll(w.server.flags["localip"], ",", " ")
	k := w.kubeDNS(read)
	servers := strings.Join(k.upstreams, " ")
	if servers == "" {
		servers = "/etc/resolv.conf"
	} else {
		// Exactly this text: with servers of one's own node-cache asks over UDP.
		text = strings.ReplaceAll(text,
			"\n    forward . __PILLAR__UPSTREAM__SERVERS__ {\n            force_tcp\n    }\n",
			"\n    forward . "+servers+"\n")
	}
	for _, placeholder := range [...]struct{ name, value string }{
		{"__PILLAR__UPSTREAM__SERVERS__", servers},
		{"__PILLAR__CLUSTER__DNS__", upstream},
		{"__PILLAR__LOCAL__DNS__", local},
		{"__PILLAR__DNS__SERVER__", ""},
	} {
		text = strings.ReplaceAll(text, placeholder.name, placeholder.value)
	}
	port := cmp.Or(w.Port(), "53")
	for _, domain := range slices.Sorted(maps.Keys(k.stubDomains)) {
		text += fmt.Sprintf("\n%s:%s {\n    errors\n    cache 30\n    bind %s\n    forward . %s\n}\n",
			domain, port, local, strings.Join(k.stubDomains[domain], " "))
	}
	return text
}

// kubeDNS is what node-cache reads of the ConfigMap kube-dns.
type kubeDNS struct {
	stubDomains map[string][]string // servers by domain
	upstreams   []string
}

func (w Workload) kubeDNS(read func(file string) (string, bool)) kubeDNS {
	folder := cmp.Or(w.server.flags["kubednscm"], "/etc/kube-dns")
	var k kubeDNS
	decode := func(key string, into any) error {
		if text, found := read(path.Join(folder, key)); found {
			return json.Unmarshal([]byte(text), into)
		}
		return nil
	}
	if decode("stubDomains", &k.stubDomains) != nil || decode("upstreamNameservers", &k.upstreams) != nil || !k.valid() {
		return kubeDNS{} // node-cache keeps what it wrote before it looked
	}
	return k
}

// valid follows ValidateNodeLocalCacheConfig in pkg/dns/config of kubernetes/dns, as far
// as the servers are addresses, with or without a port and a transport.
func (k kubeDNS) valid() bool {
	for _, servers := range append(slices.Collect(maps.Values(k.stubDomains)), k.upstreams) {
		for _, server := range servers {
			transport, host, found := strings.Cut(server, "://")
			if !found {
				transport, host = "dns", server
			}
			if address, _, err := net.SplitHostPort(host); err == nil {
				host = address
			}
			if net.ParseIP(host) == nil || transport != "dns" && transport != "tls" {
				return false
			}
		}
	}
	return true
}
