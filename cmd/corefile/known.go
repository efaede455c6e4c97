package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
)

// A dnsWorkload is a Deployment or DaemonSet of the servers' namespace.
type dnsWorkload struct {
	path  string
	value workload.Workload
}

func (dnsWorkload) judge(known) (string, []finding) { return "", nil }

// A service is the IP address of a Service of the servers' namespace.
type service struct{ path, name, address string }

func (service) judge(known) (string, []finding) { return "", nil }

// known is what the command line and all manifests say.
type known struct {
	options
	configMaps []configMap
	workloads  []dnsWorkload
	services   []service
}

func (k *known) add(in input) {
	switch in := in.(type) {
	case configMap:
		k.configMaps = append(k.configMaps, in)
	case dnsWorkload:
		k.workloads = append(k.workloads, in)
	case service:
		k.services = append(k.services, in)
	}
}

// leaveOutAbsent leaves out node-local-dns where manifests hold workloads of DNS servers but
// none of it, and the command line does not ask for it. It returns a line that says so, or "".
func (k *known) leaveOutAbsent() string {
	if len(k.workloads) == 0 {
		return ""
	}
	absent := func(s extraconfig.Server) bool {
		_, given := k.corefiles[s.Workload]
		return !s.Release.HasAll() && !s.Fixed && !given && !slices.ContainsFunc(k.workloads, func(w dnsWorkload) bool {
			r, found := w.value.Release()
			return w.value.Name == s.Workload || found && !r.HasAll()
		})
	}
	i := slices.IndexFunc(k.servers, absent)
	if i < 0 {
		return ""
	}
	name := k.servers[i].Workload
	k.servers = slices.Delete(slices.Clone(k.servers), i, i+1)
	return fmt.Sprintf("checking for %s of the manifests, not for %s: they have no workload of it. To check for it, write --%s VERSION",
		k.workloads[0].value, name, name)
}

// cluster returns what is known of the cluster of a manifest. Where a repository has
// several objects of one name, for several clusters, the nearest to the manifest counts:
// that of the same file, or else of the folder that has most of its path in common.
func (k known) cluster(path string) extraconfig.Cluster {
	c := extraconfig.Cluster{
		Servers: k.servers, Corefiles: k.corefiles,
		ConfigMaps: map[string]extraconfig.ConfigMap{}, Services: map[string]string{},
	}
	near := nearest{to: path, nearness: map[string]int{}}
	for _, cm := range k.configMaps {
		if near.takes("ConfigMap "+cm.name, cm.path) {
			c.ConfigMaps[cm.name] = cm.value
		}
	}
	for _, s := range k.services {
		if near.takes("Service "+s.name, s.path) {
			c.Services[s.name] = s.address
		}
	}
	for _, w := range k.workloads {
		if near.takes(w.value.String(), w.path) && !slices.Contains(k.leftOut, w.value.Name) {
			c.Workloads = slices.DeleteFunc(c.Workloads, func(other workload.Workload) bool { return other.String() == w.value.String() })
			c.Workloads = append(c.Workloads, w.value)
		}
	}
	for _, name := range extraconfig.Bundles() {
		if written, found := c.ConfigMaps[name]; found {
			c.ConfigMaps[name], _, _ = c.Normalise(name, written) // as the webhook would have it stored
		}
	}
	return c
}

// nearest chooses among objects of one name.
type nearest struct {
	to       string
	nearness map[string]int // of what was chosen, by kind and name
}

// takes reports whether an object of a path is nearer than those before it.
func (n *nearest) takes(object, path string) bool {
	near := nearness(n.to, path)
	if best, found := n.nearness[object]; found && best >= near {
		return false
	}
	n.nearness[object] = near
	return true
}

// nearness counts the folders that two paths have in common, and the file.
func nearness(a, b string) int {
	a, b = filepath.ToSlash(a), filepath.ToSlash(b)
	for n := 0; ; n++ {
		partA, restA, moreA := strings.Cut(a, "/")
		partB, restB, moreB := strings.Cut(b, "/")
		switch {
		case partA != partB:
			return n
		case !moreA || !moreB:
			return n + 1
		}
		a, b = restA, restB
	}
}
