// Package render writes the Corefile that node-cache runs its CoreDNS with: the base
// Corefile with its placeholders replaced, and a server block for each stub domain of
// the ConfigMap kube-dns.
package render

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A Renderer knows where the Corefile comes from and where it goes.
type Renderer struct {
	Base     string   // file with the base Corefile
	KubeDNS  string   // folder in which the ConfigMap kube-dns is mounted
	Corefile string   // file to write
	LocalIPs []string // for __PILLAR__LOCAL__DNS__
	Port     string   // of the server blocks for stub domains
	Upstream string   // for __PILLAR__CLUSTER__DNS__

	kubeDNS  kubeDNS // the last one that was valid
	rendered string  // what the last update was made from
}

// Update writes the Corefile from what is there now. Where the ConfigMap kube-dns is
// invalid, which is an error, the last one that was valid counts.
func (r *Renderer) Update() error {
	r.rendered = r.inputs()
	k, invalid := readKubeDNS(r.KubeDNS)
	if invalid == nil {
		r.kubeDNS = k
	}
	base, err := os.ReadFile(r.Base)
	if err != nil {
		return fmt.Errorf("read the base Corefile: %w", err)
	}
	if err := os.WriteFile(r.Corefile, []byte(r.render(string(base))), 0o644); err != nil {
		return fmt.Errorf("write the Corefile: %w", err)
	}
	return invalid
}

// Watch looks every so often whether an input has changed since the last update, and
// updates the Corefile then, until the context is done. Updated is told the result. The
// plugin reload has CoreDNS load the new Corefile.
func (r *Renderer) Watch(ctx context.Context, every time.Duration, updated func(error)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if r.inputs() != r.rendered {
			updated(r.Update())
		}
	}
}

// inputs returns all that the Corefile is made from. What cannot be read counts as empty.
func (r *Renderer) inputs() string {
	var all strings.Builder
	for _, file := range []string{r.Base, filepath.Join(r.KubeDNS, "stubDomains"), filepath.Join(r.KubeDNS, "upstreamNameservers")} {
		text, _ := os.ReadFile(file)
		fmt.Fprintf(&all, "%d\n%s", len(text), text)
	}
	return all.String()
}

func (r *Renderer) render(text string) string {
	local := strings.Join(r.LocalIPs, " ")
	upstreams := strings.Join(r.kubeDNS.upstreams, " ")
	if upstreams == "" {
		upstreams = "/etc/resolv.conf"
	} else {
		// With upstream servers of one's own node-cache asks over UDP, where the base
		// has exactly this text.
		text = strings.ReplaceAll(text,
			"\n    forward . __PILLAR__UPSTREAM__SERVERS__ {\n            force_tcp\n    }\n",
			"\n    forward . "+upstreams+"\n")
	}
	text = strings.NewReplacer(
		"__PILLAR__UPSTREAM__SERVERS__", upstreams,
		"__PILLAR__CLUSTER__DNS__", r.Upstream,
		"__PILLAR__LOCAL__DNS__", local,
		"__PILLAR__DNS__SERVER__", "", // __PILLAR__LOCAL__DNS__ has all addresses
	).Replace(text)
	for _, domain := range slices.Sorted(maps.Keys(r.kubeDNS.stubDomains)) {
		text += fmt.Sprintf("\n%s:%s {\n    errors\n    cache 30\n    bind %s\n    forward . %s\n}\n",
			domain, r.Port, local, strings.Join(r.kubeDNS.stubDomains[domain], " "))
	}
	return text
}
