package render

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
)

// kubeDNS is what node-cache takes from the ConfigMap kube-dns.
type kubeDNS struct {
	stubDomains map[string][]string // servers by domain
	upstreams   []string
}

// readKubeDNS reads the mounted ConfigMap. A folder or key that is not there is empty.
func readKubeDNS(folder string) (kubeDNS, error) {
	var k kubeDNS
	for key, into := range map[string]any{"stubDomains": &k.stubDomains, "upstreamNameservers": &k.upstreams} {
		text, err := os.ReadFile(filepath.Join(folder, key))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = json.Unmarshal(text, into)
		}
		if err != nil {
			return kubeDNS{}, fmt.Errorf("ConfigMap kube-dns, key %s: %w", key, err)
		}
	}
	return k, k.check()
}

// check reports the first server that is not an address, with or without a port and
// the transport dns or tls.
func (k kubeDNS) check() error {
	servers := k.upstreams
	for _, more := range k.stubDomains {
		servers = append(servers, more...)
	}
	for _, server := range servers {
		transport, host, found := strings.Cut(server, "://")
		if !found {
			transport, host = "dns", server
		}
		if address, _, err := net.SplitHostPort(host); err == nil {
			host = address
		}
		if net.ParseIP(host) == nil || transport != "dns" && transport != "tls" {
			return fmt.Errorf("ConfigMap kube-dns: %q is not the address of a DNS server", server)
		}
	}
	return nil
}
